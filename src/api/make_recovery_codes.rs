//! `POST /api/make_recovery_codes`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Makes ten recovery codes in place of all earlier ones; the next page shows them once.
///
/// # Errors
/// `session_missing`, `confirmation_needed`, `unavailable`.
#[server(prefix = "/api", endpoint = "make_recovery_codes", output = Done)]
pub async fn make_recovery_codes() -> Result<(), SignInError> {
    use crate::server::http::act::Act;

    let act = Act::from_context()?;
    let visitor = act.visitor();
    let codes = act.run(|sign_in| async move { sign_in.make_recovery_codes(&visitor).await }).await?;
    act.hand_over(&codes);
    act.redirect("/account/recovery-codes");
    Ok(())
}
