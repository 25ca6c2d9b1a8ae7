//! `POST /api/recover`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Signs in with a number and one of its recovery codes.
///
/// # Errors
/// `phone_invalid`, `recovery_code_malformed`, `recovery_code_incorrect`, `too_many_requests`, `phone_disabled`,
/// `unavailable`.
#[server(prefix = "/api", endpoint = "recover", output = Done)]
pub async fn recover(
    phone: String,
    #[server(default)] region: String,
    code: String,
) -> Result<(), SignInError> {
    use crate::server::http::{act::Act, flash::Notice};

    let act = Act::from_context()?;
    let visitor = act.visitor();
    let signed_in =
        act.run(|sign_in| async move { sign_in.recover(&phone, &region, &code, &visitor).await }).await?;
    act.begin_session(&signed_in);
    act.notify(Notice::Recovered);
    act.redirect("/account");
    Ok(())
}
