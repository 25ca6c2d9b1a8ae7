//! `POST /api/forget_device`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Forgets one browser that is known for the user's number; the form names it by its handle.
///
/// # Errors
/// `session_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "forget_device", output = Done)]
pub async fn forget_device(device: String) -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.forget_device(&device, &visitor).await }).await?;
    act.notify(Notice::DevicesForgotten);
    act.redirect("/account");
    Ok(())
}
