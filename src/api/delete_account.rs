//! `POST /api/delete_account`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Lets the account go in a week. Wants a code that was verified a moment ago.
///
/// # Errors
/// `session_missing`, `confirmation_needed`, `unavailable`.
#[server(prefix = "/api", endpoint = "delete_account", output = Done)]
pub async fn delete_account() -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.delete_account(&visitor).await }).await?;
    act.notify(Notice::DeletionAsked);
    act.redirect("/account");
    Ok(())
}
