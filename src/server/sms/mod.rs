//! Handing a text to whoever delivers it. Knows nothing of users, challenges or the store.

pub mod bird;
pub mod bird_receipts;
pub mod bird_whatsapp;
pub mod by_channel;
pub mod callback;
pub mod console;
pub mod handover;
pub mod http_client;
pub mod http_provider;
pub mod http_receipts;
pub mod http_settings;
pub mod http_template;
pub mod inbound;
pub mod inbox;
pub mod infobip;
pub mod infobip_receipts;
pub mod kavenegar;
pub mod kavenegar_receipts;
pub mod message;
pub mod other_provider;
pub mod outbox;
pub mod plivo;
mod plivo_receipts;
pub mod provider;
pub mod receipts;
pub mod registry;
pub mod routed;
pub mod smpp;
pub mod smpp_inbound;
pub mod smpp_link;
pub mod smpp_pdu;
pub mod smpp_receipts;
pub mod smpp_session;
pub mod smpp_settings;
pub mod smpp_text;
mod smpp_trouble;
pub mod sns;
pub mod sns_settings;
pub mod telnyx;
pub mod telnyx_receipts;
pub mod twilio;
pub mod twilio_call;
pub mod twilio_receipts;
pub mod twilio_whatsapp;
pub mod vonage;
pub mod vonage_call;
pub mod vonage_receipts;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use self::handover::Handover;
use crate::domain::{
    channel::Channel, one_time_code::OneTimeCode, phone_number::PhoneNumber, sms_language::SmsLanguage,
    sms_outcome::SmsOutcome, sms_sender::SmsSenderId, sms_text::Length,
};

/// A text for one number. `Debug` shows neither, for the text holds a code.
#[derive(Clone)]
pub struct SmsMessage {
    /// Where it goes.
    pub to: PhoneNumber,
    /// Who it is from there; `None`: whoever the provider's section says.
    pub from: Option<SmsSenderId>,
    /// What it says.
    pub text: String,
    /// When the code in it dies: the message is of no use from then on.
    pub good_until: DateTime<Utc>,
    /// How long it lives in all.
    pub good_for: TimeDelta,
    /// Another way that the code goes; `None`: as this text.
    pub other_way: Option<OtherWay>,
}

/// A code that goes another way than as a text, and what that way needs instead of one.
#[derive(Clone, Debug)]
pub struct OtherWay {
    /// The way.
    pub channel: Channel,
    /// The code by itself.
    pub code: OneTimeCode,
    /// What whoever gets it understands.
    pub language: SmsLanguage,
    /// Whose code it is.
    pub site_name: String,
}

impl SmsMessage {
    /// The way that it goes.
    pub fn channel(&self) -> Channel {
        self.other_way.as_ref().map_or(Channel::Text, |way| way.channel)
    }

    /// The number without its plus sign, as many providers want it.
    pub fn digits(&self) -> &str {
        self.to.e164().trim_start_matches('+')
    }

    /// Whether its text has characters outside GSM-7, so that it travels in UCS-2; some providers want to be told.
    pub fn is_wide(&self) -> bool {
        Length::of(&self.text).is_wide()
    }

    /// Who it is from, where the provider's own sender is `usual`.
    pub fn from<'a>(&'a self, usual: &'a str) -> &'a str {
        self.from.as_ref().map_or(usual, SmsSenderId::as_str)
    }

    /// The same without the plus sign of a number.
    pub fn from_digits<'a>(&'a self, usual: &'a str) -> &'a str {
        let from = self.from(usual);
        from.strip_prefix('+').unwrap_or(from)
    }
}

impl std::fmt::Debug for SmsMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmsMessage {{ to: {:?}, text: … }}", self.to)
    }
}

/// Hands messages to a provider. Called after the commit, never inside a transaction.
#[async_trait]
pub trait SmsSender: Send + Sync {
    /// Returns when it is known whether the provider has the message, or when waiting longer makes no sense. Only what
    /// was surely not accepted may be called so, for the caller takes that send back: in doubt it is unknown.
    async fn send(&self, message: &SmsMessage) -> SmsOutcome;

    /// The same, with what each provider said that was asked on the way. Whoever has only one way has nothing to add.
    async fn hand_over(&self, message: &SmsMessage) -> Handover {
        self.send(message).await.into()
    }
}
