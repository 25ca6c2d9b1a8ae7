//! `POST /api/claim_by_code`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Opens an account in doubt to whoever has one of its recovery codes.
///
/// # Errors
/// `session_missing`, `recovery_code_malformed`, `recovery_code_incorrect`, `too_many_requests`, `phone_disabled`, `unavailable`.
#[server(prefix = "/api", endpoint = "claim_by_code", output = Done)]
pub async fn claim_by_code(code: String) -> Result<(), SignInError> {
    use crate::server::http::act::Act;

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.claim_by_code(&code, &visitor).await }).await?;
    act.redirect("/account");
    Ok(())
}
