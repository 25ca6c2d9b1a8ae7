//! `POST /api/begin_anew`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Leaves an account in doubt to its former owner, for an empty one with the same number. Wants a code that was verified a moment ago.
///
/// # Errors
/// `session_missing`, `confirmation_needed`, `unavailable`.
#[server(prefix = "/api", endpoint = "begin_anew", output = Done)]
pub async fn begin_anew() -> Result<(), SignInError> {
    use crate::server::http::act::Act;

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.begin_anew(&visitor).await }).await?;
    act.redirect("/account");
    Ok(())
}
