//! What a plain form post leaves for the page it returns to.

use serde::{Deserialize, Serialize};

use crate::domain::sign_in_error::SignInError;

/// Longest code input that is kept to be shown again, in characters.
const CODE_KEPT_CHARACTERS: usize = 32;

/// Shown once, then gone. The error and the notice are closed sets, so that no cookie puts words on a page; the
/// inputs are the person's own, for the fields they were typed into.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// What went wrong.
    pub error: Option<SignInError>,
    /// What went well.
    pub notice: Option<Notice>,
    /// The number that was typed.
    #[serde(default)]
    pub phone: String,
    /// The region that was chosen.
    #[serde(default)]
    pub region: String,
    /// The code that was typed.
    #[serde(default)]
    pub code: String,
    /// Recovery codes that have just been made, to be shown once.
    #[serde(default)]
    pub recovery_codes: Vec<String>,
}

/// News, as a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Another code is on its way.
    CodeSentAgain,
    /// A code may be on its way, and may not.
    CodeInDoubt,
    /// A call with a code is on its way.
    Calling,
    /// A message of WhatsApp with a code is on its way.
    SentByWhatsApp,
    /// The session has ended.
    SignedOut,
    /// Other sessions have ended.
    SessionsEnded,
    /// Browsers are forgotten.
    DevicesForgotten,
    /// The account goes in a week.
    DeletionAsked,
    /// Signed in by a recovery code.
    Recovered,
    /// The account has another number.
    NumberChanged,
    /// The account has the number it had before.
    ChangeUndone,
    /// The account stays.
    DeletionCancelled,
}

impl Flash {
    /// Good news.
    pub fn notice(notice: Notice) -> Self {
        Self { notice: Some(notice), ..Self::default() }
    }

    /// An error with the fields of the form it happened to.
    pub fn error(error: SignInError, fields: &[(String, String)]) -> Self {
        let field =
            |name: &str| fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value);
        Self {
            error: Some(error),
            notice: None,
            phone: crate::domain::phone_number::as_typed(field("phone")),
            region: field("region").chars().take(2).collect(),
            code: field("code").chars().filter(|c| !c.is_control()).take(CODE_KEPT_CHARACTERS).collect(),
            recovery_codes: Vec::new(),
        }
    }
}
