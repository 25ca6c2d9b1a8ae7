//! What handing a message to a provider comes to, as a closed set.

use super::sms_route::ProviderName;

/// What a provider's answer means for the code and for whoever waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmsOutcome {
    /// The provider has the message and will deliver it if it can.
    Accepted {
        /// Its name at the provider, when the provider told one.
        id: Option<MessageId>,
        /// Which of several providers has it, once that is known.
        by: Option<ProviderName>,
    },
    /// No message will come from this provider, nor from another: it is about the number. Surely not accepted.
    Rejected(Rejection),
    /// Surely not accepted, for a reason that is the provider's or the operator's: another provider may take it.
    TryElsewhere(Cause),
    /// The message may be on its way: a second one could arrive beside it.
    Unknown(Cause),
}

/// Why no provider will deliver to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rejection {
    /// There is no such number, or it takes no text messages.
    BadNumber,
    /// Its network does not deliver to it.
    NotReachable,
    /// Its owner told the sender to stop.
    OptedOut,
    /// The account may not send there.
    BlockedRegion,
}

impl Rejection {
    /// For logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadNumber => "bad_number",
            Self::NotReachable => "not_reachable",
            Self::OptedOut => "opted_out",
            Self::BlockedRegion => "blocked_region",
        }
    }

    /// For the operator: what it means, and what mends it.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::BadNumber => "there is no such number, or it takes no text messages",
            Self::NotReachable => "its network does not deliver to it",
            Self::OptedOut => "its owner told this sender to stop; they can text START to it",
            Self::BlockedRegion => {
                "the account may not send to that country; enable it in the provider's console"
            }
        }
    }
}

/// Why a message was not, or perhaps not, accepted: what happened and what the operator can do, in words of ours. Never
/// holds what a provider wrote, for that may be anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    text: String,
    /// Whether it may be about this message alone: such causes tell nothing of the provider's health.
    pub may_be_the_messages: bool,
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// A message's name at its provider: for logs and for asking the provider what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId(String);

impl MessageId {
    /// The longest that is kept, in bytes: the longest name in use is a UUID with a prefix, of less than 50.
    pub const MAX_BYTES: usize = 100;

    /// Takes a name made of the characters that identifiers have, and of nothing that could forge a log line or hold a
    /// message. `None`: it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        let fits = !text.is_empty() && text.len() <= Self::MAX_BYTES && text.bytes().all(is_plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// The name as the provider wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SmsOutcome {
    /// The stable name, for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Rejected(_) => "rejected",
            Self::TryElsewhere(_) => "try_elsewhere",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Surely not accepted, for this reason.
    pub fn elsewhere(cause: impl Into<String>) -> Self {
        Self::TryElsewhere(Cause { text: cause.into(), may_be_the_messages: false })
    }

    /// The same where the number or the text may be what the provider refused.
    pub fn elsewhere_with_this(cause: impl Into<String>) -> Self {
        Self::TryElsewhere(Cause { text: cause.into(), may_be_the_messages: true })
    }

    /// Perhaps accepted, for this reason not surely.
    pub fn unknown(cause: impl Into<String>) -> Self {
        Self::Unknown(Cause { text: cause.into(), may_be_the_messages: false })
    }

    /// Whether the provider failed, rather than the number or the message; `None`: that cannot be told. Were each refusal a failure, a
    /// stranger could switch a provider off for everybody with a few numbers that it refuses; were it a success, the same numbers would
    /// keep one in use that fails everybody else.
    pub fn is_providers_failure(&self) -> Option<bool> {
        match self {
            Self::Accepted { .. } | Self::Rejected(_) => Some(false),
            Self::TryElsewhere(cause) => (!cause.may_be_the_messages).then_some(true),
            Self::Unknown(_) => Some(true),
        }
    }

    /// Accepted under this name; a name that is none is left out.
    pub fn accepted(id: Option<&str>) -> Self {
        Self::Accepted { id: id.and_then(MessageId::parse), by: None }
    }

    /// The same, with the provider that it came from.
    pub fn told_by(self, provider: ProviderName) -> Self {
        match self {
            Self::Accepted { id, .. } => Self::Accepted { id, by: Some(provider) },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_names_that_providers_give_are_kept() {
        for name in [
            "SM10000000000000000000000000000000",
            "0A0000000123ABCD1",
            "db3ce55a-7f1d-11e1-8ea7-1231380bc196",
            "8792343",
            "a:b_c.d",
        ] {
            assert_eq!(MessageId::parse(name).as_ref().map(MessageId::as_str), Some(name));
        }
    }

    proptest! {
        #[test]
        fn a_name_cannot_carry_a_line_a_mark_or_a_long_text(text in ".{0,200}") {
            let kept = MessageId::parse(&text);
            let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
            prop_assert_eq!(kept.is_some(), is_plain && (1..=100).contains(&text.len()));
        }
    }

    #[test]
    fn what_is_no_name_is_left_out_of_an_accepted_message() {
        assert_eq!(SmsOutcome::accepted(Some("a\nb")), SmsOutcome::Accepted { id: None, by: None });
    }
}
