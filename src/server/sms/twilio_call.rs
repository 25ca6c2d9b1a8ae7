//! Calls by Twilio's Voice API: <https://www.twilio.com/docs/voice/api/call-resource>.

use super::{
    OtherWay, SmsMessage,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere, ElsewhereWithThis, Rejected},
        basic, post_form,
    },
    twilio,
};
use crate::domain::{
    sms_language::SmsLanguage,
    sms_outcome::{Rejection, SmsOutcome},
    spoken_code::SpokenCode,
};

/// For how many seconds it rings: what Twilio names to hang up before a mailbox takes the call. It may add five, so that a person
/// has up to 20.
const RINGS_SECONDS: &str = "15";

/// The voice that speaks each language, with its tag: standard ones of
/// <https://www.twilio.com/docs/voice/twiml/say/text-speech#available-voices-and-languages>. There is none for Persian.
const VOICES: [(SmsLanguage, &str, &str); 14] = [
    (SmsLanguage::English, "Polly.Joanna", "en-US"),
    (SmsLanguage::Arabic, "Polly.Zeina", "arb"),
    (SmsLanguage::Chinese, "Polly.Zhiyu", "cmn-CN"),
    (SmsLanguage::French, "Polly.Lea", "fr-FR"),
    (SmsLanguage::German, "Polly.Vicki", "de-DE"),
    (SmsLanguage::Hindi, "Polly.Aditi", "hi-IN"),
    (SmsLanguage::Indonesian, "Google.id-ID-Standard-A", "id-ID"),
    (SmsLanguage::Italian, "Polly.Bianca", "it-IT"),
    (SmsLanguage::Japanese, "Polly.Mizuki", "ja-JP"),
    (SmsLanguage::Korean, "Polly.Seoyeon", "ko-KR"),
    (SmsLanguage::Portuguese, "Polly.Camila", "pt-BR"),
    (SmsLanguage::Russian, "Polly.Tatyana", "ru-RU"),
    (SmsLanguage::Spanish, "Polly.Lucia", "es-ES"),
    (SmsLanguage::Turkish, "Polly.Filiz", "tr-TR"),
];

/// From <https://www.twilio.com/docs/api/errors>: those that answer a request to call. What is not here is refused by its status.
const CODES: &[(u64, Meaning)] = &[
    (10004, Elsewhere("Twilio makes as many calls for this account as it may (10004); ask it for more")),
    (10005, Elsewhere("the Twilio account may not call (10005); enable Voice in Twilio's console")),
    (21203, Rejected(Rejection::BlockedRegion)),
    (21210, Elsewhere("the caller is no number of this account (21210); check [twilio] call_from")),
    (21211, Rejected(Rejection::BadNumber)),
    (21212, Elsewhere("the caller is no number that can call (21212); check [twilio] call_from")),
    (21214, Rejected(Rejection::NotReachable)),
    (21215, Rejected(Rejection::BlockedRegion)),
    (21216, ElsewhereWithThis("Twilio does not call this number for this account (21216); ask its support")),
    (21217, Rejected(Rejection::BadNumber)),
    (
        21219,
        Elsewhere("a trial account calls verified numbers alone (21219); upgrade it in Twilio's console"),
    ),
];

/// An account at Twilio that calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwilioCall {
    /// `https://api.twilio.com`, or a regional one.
    pub url: String,
    /// `AC…`
    pub account_sid: String,
    /// The account's, from the console.
    pub auth_token: Credential,
    /// A number of the account's that can call, in E.164 form.
    pub from: String,
}

impl HttpProvider for TwilioCall {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let url = twilio::resource(&self.url, &self.account_sid, "Calls");
        let twiml = message.other_way.as_ref().and_then(twiml).unwrap_or_default();
        let fields =
            [("To", message.to.e164()), ("From", &self.from), ("Twiml", &twiml), ("Timeout", RINGS_SECONDS)];
        post_form(url, Some(basic(&self.account_sid, &self.auth_token)), &fields)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        twilio::outcome(answer, CODES)
    }
}

/// What the voice says, in the person's language or in English: after a second, for who lifts a phone is not at once at the ear.
/// `<Say>` with SSML: <https://www.twilio.com/docs/voice/twiml/say/text-speech#ssml>.
fn twiml(way: &OtherWay) -> Option<String> {
    let spoken = |language: SmsLanguage| {
        let (_, voice, tag) = VOICES.iter().find(|(known, ..)| *known == language)?;
        let ssml = SpokenCode::new(&way.code, &way.site_name, language)?.ssml();
        Some(format!(
            "<Response><Pause length=\"1\"/><Say voice=\"{voice}\" language=\"{tag}\">{ssml}</Say></Response>"
        ))
    };
    spoken(way.language).or_else(|| spoken(SmsLanguage::English))
}
