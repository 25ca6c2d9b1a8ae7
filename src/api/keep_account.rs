//! `POST /api/keep_account`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Keeps an account that was to be deleted.
///
/// # Errors
/// `session_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "keep_account", output = Done)]
pub async fn keep_account() -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.keep_account(&visitor).await }).await?;
    act.notify(Notice::DeletionCancelled);
    act.redirect("/account");
    Ok(())
}
