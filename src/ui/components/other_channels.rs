//! The words for other ways than a text message: a part of the table in [`super::wording`].

use crate::{domain::channel::Channel, server::http::flash::Notice, ui::phrases::Phrases};

/// What only the server says, when a plain form post failed.
pub const ON_SERVER: &[(&str, &str)] = &[
    ("channel_not_offered", "We cannot reach this number that way. Send a new code"),
    ("channel_too_early", "First let us text you a second code. Send a new code"),
];

/// The words of the code page with the buttons of the ways that are open: an island draws those whose words are there.
pub fn with_other_channels(phrases: Phrases, open: &[Channel]) -> Phrases {
    open.iter().fold(phrases, |phrases, channel| match channel {
        Channel::Text => phrases,
        Channel::Call => phrases.and("call", "Call me instead"),
        Channel::WhatsApp => phrases.and("whatsapp", "Send it by WhatsApp"),
    })
}

/// What the page says of a code that has just gone out; nothing of other news.
pub fn of_sent(notice: Notice, phone_ending: &str) -> Option<String> {
    match notice {
        Notice::CodeSentAgain => Some("We sent a new code.".to_owned()),
        Notice::CodeInDoubt => Some(
            "We could not make sure that the message went out. It may come late. If it does not come, send a new code."
                .to_owned(),
        ),
        Notice::Calling => Some(format!(
            "We are calling your number that ends in {phone_ending}. A voice says a new code twice."
        )),
        Notice::SentByWhatsApp => {
            Some(format!("We sent a new code by WhatsApp to your number that ends in {phone_ending}."))
        }
        _ => None,
    }
}
