//! Calls by Vonage's Voice API: <https://developer.vonage.com/en/api/voice>.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::StatusCode;
use ring::{
    rand::{SecureRandom as _, SystemRandom},
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use serde_json::{Value, json};

use super::{
    OtherWay, SmsMessage,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{HttpProvider, authorization, post_json},
};
use crate::domain::{sms_language::SmsLanguage, sms_outcome::SmsOutcome, spoken_code::SpokenCode};

/// For how many seconds it rings: as long as by Twilio, less than most mailboxes wait.
const RINGS_SECONDS: u32 = 20;

/// How long a token is good, in seconds: for one request, whose patience is 5 s, and clocks that differ.
const TOKEN_LIVES_SECONDS: i64 = 60;

/// The tags of the languages that have a voice:
/// <https://developer.vonage.com/en/voice/voice-api/concepts/text-to-speech#supported-languages>. There is none for Persian.
const VOICES: [(SmsLanguage, &str); 14] = [
    (SmsLanguage::English, "en-US"),
    (SmsLanguage::Arabic, "ar"),
    (SmsLanguage::Chinese, "cmn-CN"),
    (SmsLanguage::French, "fr-FR"),
    (SmsLanguage::German, "de-DE"),
    (SmsLanguage::Hindi, "hi-IN"),
    (SmsLanguage::Indonesian, "id-ID"),
    (SmsLanguage::Italian, "it-IT"),
    (SmsLanguage::Japanese, "ja-JP"),
    (SmsLanguage::Korean, "ko-KR"),
    (SmsLanguage::Portuguese, "pt-BR"),
    (SmsLanguage::Russian, "ru-RU"),
    (SmsLanguage::Spanish, "es-ES"),
    (SmsLanguage::Turkish, "tr-TR"),
];

/// The private key of an application. `Debug` does not show it.
#[derive(Clone)]
pub struct ApplicationKey(Arc<RsaKeyPair>);

impl ApplicationKey {
    /// Reads the file that Vonage's dashboard gives: an RSA key as PKCS#8, in PEM.
    pub fn parse(pem: &str) -> Option<Self> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).ok()?;
        RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).ok().map(|key| Self(Arc::new(key)))
    }

    /// A token (RFC 7519) with these claims, signed with RS256. The randomness blinds the computation. `None`: there is none.
    fn sign(&self, claims: &Value) -> Option<String> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "RS256", "typ": "JWT" })), part(claims));
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl std::fmt::Debug for ApplicationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApplicationKey(…)")
    }
}

/// An application at Vonage that calls.
#[derive(Clone, Debug)]
pub struct VonageCall {
    /// `https://api.nexmo.com`, or a regional one.
    pub url: String,
    /// From the dashboard.
    pub application_id: String,
    /// The application's.
    pub private_key: ApplicationKey,
    /// A number of the account's that can call, without its plus sign.
    pub from: String,
}

impl VonageCall {
    /// Good from when the code was made: <https://developer.vonage.com/en/getting-started/concepts/authentication#json-web-tokens>.
    fn token(&self, message: &SmsMessage) -> Option<String> {
        let at = (message.good_until - message.good_for).timestamp();
        let mut name = [0; 16];
        SystemRandom::new().fill(&mut name).ok()?;
        self.private_key.sign(&json!({
            "application_id": self.application_id,
            "iat": at,
            "exp": at + TOKEN_LIVES_SECONDS,
            "jti": URL_SAFE_NO_PAD.encode(name),
        }))
    }
}

impl HttpProvider for VonageCall {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let talk = message.other_way.as_ref().and_then(talk);
        // A mailbox would keep the code for whoever listens to it: Vonage hangs up on what it takes for a machine.
        let body = json!({
            "to": [{ "type": "phone", "number": message.digits() }],
            "from": { "type": "phone", "number": self.from },
            "ncco": [talk],
            "machine_detection": "hangup",
            "ringing_timer": RINGS_SECONDS,
        });
        let token = self.token(message).unwrap_or_default();
        post_json(format!("{}/v1/calls", self.url), authorization("Bearer", &token), &body)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        outcome(answer)
    }
}

/// What an answer means: it has the call's name, or its status decides.
pub fn outcome(answer: &HttpAnswer) -> Option<SmsOutcome> {
    if answer.status != StatusCode::CREATED {
        return None;
    }
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    body.get("uuid")?.as_str().map(|uuid| SmsOutcome::accepted(Some(uuid)))
}

/// What the voice says, in the person's language or in English. The silence before it is for who lifts a phone and is not at once
/// at the ear, and for the machine that is to be recognised before the first digit.
fn talk(way: &OtherWay) -> Option<Value> {
    let spoken = |language: SmsLanguage| {
        let (_, tag) = VOICES.iter().find(|(known, _)| *known == language)?;
        let ssml = SpokenCode::new(&way.code, &way.site_name, language)?.ssml();
        let text = format!("<speak><break time=\"2s\"/>{ssml}</speak>");
        Some(json!({ "action": "talk", "text": text, "language": tag }))
    };
    spoken(way.language).or_else(|| spoken(SmsLanguage::English))
}
