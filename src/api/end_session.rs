//! `POST /api/end_session`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Ends one of the user's sessions; the form names it by its handle.
///
/// # Errors
/// `session_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "end_session", output = Done)]
pub async fn end_session(session: String) -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    let was_own = act.run(|sign_in| async move { sign_in.end_session(&session, &visitor).await }).await?;
    if was_own {
        act.end_session();
        act.notify(Notice::SignedOut);
        act.redirect("/sign-in");
        return Ok(());
    }
    act.notify(Notice::SessionsEnded);
    act.redirect("/account");
    Ok(())
}
