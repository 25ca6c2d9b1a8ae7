//! `mobile-auth sms`: whether a message is as it should be, and whether it goes.

use std::fmt::Write as _;

use super::sms::{SmsMessage, SmsSender, message::MessageText};
use crate::domain::{
    one_time_code::OneTimeCode,
    served_regions::ServedRegions,
    sms_language::SmsLanguage,
    sms_outcome::{MessageId, SmsOutcome},
    sms_registration::registrations,
    sms_sender::NameNotShown,
    sms_text::Length,
    undo_code::UndoCode,
};

/// What the linter looks at beside the texts.
pub struct Sending<'a> {
    /// Whose numbers get messages.
    pub served: &'a ServedRegions,
    /// Names that networks there do not take.
    pub not_shown: Vec<NameNotShown>,
}

/// The text and the notice of a change as people get them in each language, with their alphabets and lengths, who it is from where that
/// differs by country, and what must be registered first where it goes.
///
/// # Errors
/// The same with everything that is wrong with it.
pub fn lint(
    message: &MessageText,
    sample: &OneTimeCode,
    undo: &UndoCode,
    sending: Sending<'_>,
) -> Result<String, String> {
    let mut said = texts(message, sample, undo);
    for (region, sender) in message.senders() {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(said, "To {region} from {}.", sender.as_str());
    }
    for known in registrations(sending.served) {
        let _ = writeln!(said, "{known}");
    }
    let found = message.faults(sample, undo);
    if found.is_empty() && sending.not_shown.is_empty() {
        return Ok(said + "Nothing is wrong.\n");
    }
    for fault in sending.not_shown {
        let _ = writeln!(said, "- {fault}.");
    }
    for (fault, languages) in found {
        let _ = writeln!(said, "- {}: {fault}.", tags(&languages));
    }
    Err(said)
}

/// The languages of a fault: `en, fa`.
pub(super) fn tags(languages: &[SmsLanguage]) -> String {
    languages.iter().map(|language| language.tag()).collect::<Vec<_>>().join(", ")
}

fn texts(message: &MessageText, sample: &OneTimeCode, undo: &UndoCode) -> String {
    let mut said = String::new();
    for &language in message.languages() {
        let (text, notice) = (message.text(sample, language), message.notice(undo, language));
        let _ = write!(
            said,
            "{}:\n{text}\n\n{}.\n\nWhen the number of an account changes, the old one gets:\n{notice}\n\n{}.\n\n",
            language.tag(),
            Length::of(&text),
            Length::of(&notice),
        );
    }
    said
}

/// Sends a message and says what came of it. Its code opens nothing.
///
/// # Errors
/// It was not accepted, or not surely.
pub async fn send_test(sample: &SmsMessage, sender: &dyn SmsSender) -> Result<String, String> {
    match sender.send(sample).await {
        SmsOutcome::Accepted { id, .. } => {
            let id = id.as_ref().map_or(String::new(), |id| format!(" as {}", MessageId::as_str(id)));
            Ok(format!("The provider has the message{id}. Its code is for looking at alone.\n"))
        }
        SmsOutcome::Rejected(rejection) => {
            Err(format!("the message was rejected for good: {}", rejection.explanation()))
        }
        SmsOutcome::TryElsewhere(cause) => Err(format!("the message was not accepted: {cause}")),
        SmsOutcome::Unknown(cause) => Err(format!("the message may be on its way, or not: {cause}")),
    }
}
