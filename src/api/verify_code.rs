//! `POST /api/verify_code`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Judges a code and, when it is right, begins a session. A session this browser had before ends: every sign-in has a
/// secret of its own.
///
/// # Errors
/// `code_malformed`, `code_incorrect`, `code_expired`, `guesses_exhausted`, `challenge_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "verify_code", output = Done)]
pub async fn verify_code(code: String) -> Result<(), SignInError> {
    use crate::server::http::act::Act;

    let act = Act::from_context()?;
    let visitor = act.visitor();
    let signed_in = act.run(|sign_in| async move { sign_in.verify_code(&code, &visitor).await }).await?;
    act.begin_session(&signed_in);
    act.redirect(if signed_in.is_confirmation { "/account" } else { "/" });
    Ok(())
}
