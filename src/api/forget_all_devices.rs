//! `POST /api/forget_all_devices`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Forgets every browser that is known for the user's number.
///
/// # Errors
/// `session_missing`, `unavailable`.
#[server(prefix = "/api", endpoint = "forget_all_devices", output = Done)]
pub async fn forget_all_devices() -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    act.run(|sign_in| async move { sign_in.forget_all_devices(&visitor).await }).await?;
    act.notify(Notice::DevicesForgotten);
    act.redirect("/account");
    Ok(())
}
