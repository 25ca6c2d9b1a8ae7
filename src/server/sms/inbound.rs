//! Texts that people write to our senders. Of such a text nothing goes further than a word of [`OptOutWord`]: the rest of what people
//! write is neither kept nor logged.

use chrono::{DateTime, Utc};

use super::callback::{CallbackFault, Told};
use crate::domain::{opt_out::OptOutWord, phone_number::PhoneNumber, sms_outcome::MessageId};

/// A word that a person texted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundWord {
    /// The name of the text at the provider; `None`: it came by a way that names none.
    pub id: Option<MessageId>,
    /// Whose word it is, as the network says.
    pub from: PhoneNumber,
    /// What it asks for.
    pub word: OptOutWord,
    /// When it was said, where the provider tells that.
    pub said_at: Option<DateTime<Utc>>,
}

impl InboundWord {
    /// What a text with this name, from this number (with or without its plus sign), tells. Nothing where it is from no number that
    /// could get codes, or is no word.
    ///
    /// # Errors
    /// The name is none: then the same text could be heard again and again.
    pub fn told(
        id: &str,
        from: &str,
        word: Option<OptOutWord>,
        said_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Told>, CallbackFault> {
        let id = MessageId::parse(id).ok_or(CallbackFault::Unreadable)?;
        let told = Self::unnamed(from, word).map(|told| Told::Word(Self { id: Some(id), said_at, ..told }));
        Ok(told.into_iter().collect())
    }

    /// The same of a text that has no name and no time.
    pub fn unnamed(from: &str, word: Option<OptOutWord>) -> Option<Self> {
        let digits = from.strip_prefix('+').unwrap_or(from);
        let from = PhoneNumber::parse(&format!("+{digits}"), None).ok()?;
        Some(Self { id: None, from, word: word?, said_at: None })
    }
}
