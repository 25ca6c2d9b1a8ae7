//! `POST /api/undo_change`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Gives an account the number back that it had until lately, by the code that was sent there, and ends its every session.
///
/// # Errors
/// `phone_invalid`, `undo_code_malformed`, `undo_code_incorrect`, `too_many_requests`, `phone_disabled`, `unavailable`.
#[server(prefix = "/api", endpoint = "undo_change", output = Done)]
pub async fn undo_change(
    phone: String,
    #[server(default)] region: String,
    code: String,
) -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.undo_change(&phone, &region, &code, &visitor).await }).await?;
    act.notify(Notice::ChangeUndone);
    act.redirect("/sign-in");
    Ok(())
}
