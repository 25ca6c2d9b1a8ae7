//! `POST /api/end_all_sessions`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Ends every session of the user, this one too.
///
/// # Errors
/// `session_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "end_all_sessions", output = Done)]
pub async fn end_all_sessions() -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.end_all_sessions(&visitor).await }).await?;
    act.end_session();
    act.notify(Notice::SignedOut);
    act.redirect("/sign-in");
    Ok(())
}
