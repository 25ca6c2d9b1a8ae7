//! `POST /api/verify_code`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Judges a code and, when it is right, begins a session; where the code was for another number, the account gets that number
/// first. A session this browser had before ends: every sign-in has a
/// secret of its own.
///
/// # Errors
/// `code_malformed`, `code_incorrect`, `code_expired`, `guesses_exhausted`, `challenge_missing`, `phone_reserved`,
/// `phone_taken`, `session_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "verify_code", output = Done)]
pub async fn verify_code(code: String) -> Result<(), SignInError> {
    use crate::server::{
        http::{act::Act, flash::Notice},
        sign_in::Entry,
    };

    let act = Act::from_context()?;
    let visitor = act.visitor();
    let signed_in = act.run(|sign_in| async move { sign_in.verify_code(&code, &visitor).await }).await?;
    act.begin_session(&signed_in);
    if signed_in.entry == Entry::NumberChange {
        act.notify(Notice::NumberChanged);
    }
    act.redirect(if signed_in.entry == Entry::SignIn { "/" } else { "/account" });
    Ok(())
}
