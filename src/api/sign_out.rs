//! `POST /api/sign_out`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Ends the session in the database, then in the browser.
///
/// # Errors
/// `unavailable`: the session goes on, and the person is told so.
#[server(prefix = "/api", endpoint = "sign_out", output = Done)]
pub async fn sign_out() -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.sign_out(&visitor).await }).await?;
    act.end_session();
    act.notify(Notice::SignedOut);
    act.redirect("/sign-in");
    Ok(())
}
