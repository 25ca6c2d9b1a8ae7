//! `POST /api/resend_code`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Sends another code in the challenge of this browser. The earlier ones stay good; the guesses are not refilled.
///
/// # Errors
/// `challenge_missing`, `guesses_exhausted`, `too_many_requests`, `delivery_failed`, `unavailable`.
#[server(prefix = "/api", endpoint = "resend_code", output = Done)]
pub async fn resend_code() -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.resend_code(&visitor).await }).await?;
    act.notify(Notice::CodeSentAgain);
    act.redirect("/sign-in/code");
    Ok(())
}
