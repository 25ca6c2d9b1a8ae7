//! `POST /api/change_number`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Sends a code to the number that the account is to have. Verifying it makes the change. Wants a code of the present number
/// that was verified a moment ago.
/// `nonce` is the page's, from its form's hidden field.
///
/// # Errors
/// `session_missing`, `confirmation_needed`, `phone_unchanged`, and those of `request_code`.
#[server(prefix = "/api", endpoint = "change_number", output = Done)]
pub async fn change_number(
    phone: String,
    #[server(default)] region: String,
    #[server(default)] nonce: String,
) -> Result<(), SignInError> {
    use crate::server::http::act::Act;

    let act = Act::from_context()?;
    let visitor = act.visitor().with_form(&nonce);
    let requested =
        act.run(|sign_in| async move { sign_in.change_number(&phone, &region, &visitor).await }).await?;
    act.wait_for_code(&requested);
    Ok(())
}
