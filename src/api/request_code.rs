//! `POST /api/request_code`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Sends a first code to `phone`. `region` (ISO 3166-1 alpha-2, may be empty) completes a number without its own `+`.
/// `nonce` is the page's, from its form's hidden field.
///
/// # Errors
/// `phone_invalid`, `region_not_served`, `too_many_requests`, `delivery_failed`, `unavailable`.
#[server(prefix = "/api", endpoint = "request_code", output = Done)]
pub async fn request_code(
    phone: String,
    #[server(default)] region: String,
    #[server(default)] nonce: String,
) -> Result<(), SignInError> {
    use crate::server::http::act::Act;

    let act = Act::from_context()?;
    let visitor = act.visitor().with_form(&nonce);
    let requested =
        act.run(|sign_in| async move { sign_in.request_code(&phone, &region, &visitor).await }).await?;
    act.wait_for_code(&requested);
    Ok(())
}
