//! `POST /api/end_other_sessions`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Ends every session of the user but this one.
///
/// # Errors
/// `session_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "end_other_sessions", output = Done)]
pub async fn end_other_sessions() -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.end_other_sessions(&visitor).await }).await?;
    act.notify(Notice::SessionsEnded);
    act.redirect("/account");
    Ok(())
}
