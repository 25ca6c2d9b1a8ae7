//! `POST /api/claim_by_waiting`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Claims an account in doubt without a proof: it opens after a week.
///
/// # Errors
/// `session_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "claim_by_waiting", output = Done)]
pub async fn claim_by_waiting() -> Result<(), SignInError> {
    use crate::server::http::act::Act;

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.claim_by_waiting(&visitor).await }).await?;
    act.redirect("/account");
    Ok(())
}
