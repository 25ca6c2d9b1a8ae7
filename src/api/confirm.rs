//! `POST /api/confirm`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Sends a code to the number of whoever is signed in. Verifying it begins a new session, fresh enough for what is sensitive.
/// `nonce` is the page's, from its form's hidden field.
///
/// # Errors
/// `session_missing`, and those of `request_code`.
#[server(prefix = "/api", endpoint = "confirm", output = Done)]
pub async fn confirm(#[server(default)] nonce: String) -> Result<(), SignInError> {
    use crate::server::http::act::Act;

    let act = Act::from_context()?;
    let visitor = act.visitor().with_form(&nonce);
    let requested = act.run(|sign_in| async move { sign_in.confirm(&visitor).await }).await?;
    act.wait_for_code(&requested);
    Ok(())
}
