//! `mobile-auth sms`: whether a message is as it should be, and whether it goes.

use std::fmt::Write as _;

use super::sms::{SmsMessage, SmsSender, message::MessageText};
use crate::domain::{
    one_time_code::OneTimeCode,
    sms_outcome::{MessageId, SmsOutcome},
    sms_text::Length,
    undo_code::UndoCode,
};

/// The text and the notice of a change as people get them in each language, with their lengths, and who it is from where that differs by country.
///
/// # Errors
/// The same with everything that is wrong with it.
pub fn lint(message: &MessageText, sample: &OneTimeCode, undo: &UndoCode) -> Result<String, String> {
    let mut said = String::new();
    for &language in message.languages() {
        let text = message.text(sample, language);
        let Length { units, segment } = Length::of(&text);
        let notice = message.notice(undo, language);
        let length = Length::of(&notice);
        // Writing to a String cannot fail.
        let _ = write!(
            said,
            "{}:\n{text}\n\n{units} of the {segment} characters of one message.\n\n\
             When the number of an account changes, the old one gets:\n{notice}\n\n{} characters, paid as {}.\n\n",
            language.tag(),
            length.units,
            length.segments()
        );
    }
    let (senders, not_shown) = message.senders();
    for (region, sender) in senders {
        let _ = writeln!(said, "To {region} from {}.", sender.as_str());
    }
    let found = message.faults(sample, undo);
    if found.is_empty() && not_shown.is_empty() {
        return Ok(said + "Nothing is wrong.\n");
    }
    for fault in not_shown {
        let _ = writeln!(said, "- {fault}.");
    }
    for (language, fault) in found {
        // Writing to a String cannot fail.
        let _ = writeln!(said, "- {}: {fault}.", language.tag());
    }
    Err(said)
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
