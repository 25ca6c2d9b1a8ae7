//! `POST /api/resend_code`

use leptos::prelude::*;

use super::answer::Done;
use crate::domain::sign_in_error::SignInError;

/// Sends another code in the challenge of this browser, by `channel` (`sms`, which may be left out, `call` or `whatsapp`). The
/// earlier ones stay good; the guesses are not refilled.
///
/// # Errors
/// `body_unreadable`, `channel_not_offered`, `channel_too_early`, `challenge_missing`, `guesses_exhausted`, `too_many_requests`, `delivery_failed`, `unavailable`.
#[server(prefix = "/api", endpoint = "resend_code", output = Done)]
pub async fn resend_code(#[server(default)] channel: String) -> Result<(), SignInError> {
    use crate::{
        domain::channel::Channel,
        server::{
            delivery::Delivery,
            http::{act::Act, flash::Notice},
        },
    };

    let channel = Channel::parse(&channel).ok_or(SignInError::BodyUnreadable)?;
    let act = Act::from_context()?;
    let visitor = act.visitor();
    let delivery = act.run(|sign_in| async move { sign_in.resend_code(channel, &visitor).await }).await?;
    act.notify(match (delivery, channel) {
        (Delivery::InDoubt, _) => Notice::CodeInDoubt,
        (Delivery::Accepted, Channel::Text) => Notice::CodeSentAgain,
        (Delivery::Accepted, Channel::Call) => Notice::Calling,
        (Delivery::Accepted, Channel::WhatsApp) => Notice::SentByWhatsApp,
    });
    act.redirect("/sign-in/code");
    Ok(())
}
