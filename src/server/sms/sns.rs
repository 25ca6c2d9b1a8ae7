//! AWS SNS: <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>. It knows no validity: a message that the network
//! holds back comes late, when its code is dead.

use std::{io, sync::Arc};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use chrono::{DateTime, Utc};
use hyper::{
    StatusCode,
    header::{HeaderName, HeaderValue},
};

use super::{
    SmsMessage, SmsSender,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere, Rejected},
        meaning_of, post_form,
    },
    provider::{Provider, ProviderKind, SenderParts},
    sns_settings,
};
use crate::domain::{
    sms_outcome::{Rejection, SmsOutcome},
    sms_route::ProviderName,
};

/// The name.
pub const NAME: ProviderName = ProviderName::new("sns");

/// AWS SNS's entry in the registry.
pub static KIND: ProviderKind = ProviderKind {
    name: NAME,
    delivers_to_people: true,
    settings: sns_settings::SETTINGS,
    read: |reader| Some(Box::new(sns_settings::read(reader)?)),
};

/// The API's version, in every request.
const VERSION: &str = "2010-03-31";

/// Messages that matter at once, such as codes, and no advertising:
/// <https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html>.
const TRANSACTIONAL: &str = "Transactional";

/// From <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors> and
/// <https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html>; `OptedOut` and `Throttled` stand in the API's model,
/// <https://github.com/aws/aws-sdk-js-v3/blob/main/codegen/sdk-codegen/aws-models/sns.json>. `InvalidParameter` is not here: it may be about the
/// number or about the sender, and its status sends it elsewhere.
const CODES: &[(&str, Meaning)] = &[
    ("OptedOut", Rejected(Rejection::OptedOut)),
    (
        "AuthorizationError",
        Elsewhere("this AWS key may not send (AuthorizationError); allow it sns:Publish in IAM"),
    ),
    (
        "InvalidClientTokenId",
        Elsewhere("AWS does not know this key (InvalidClientTokenId); check [sns] access_key_id"),
    ),
    (
        "SignatureDoesNotMatch",
        Elsewhere(
            "AWS does not take the signature (SignatureDoesNotMatch); check [sns] secret_access_key and region, and this \
             machine's clock",
        ),
    ),
    (
        "ExpiredToken",
        Elsewhere(
            "the session token is too old (ExpiredToken); renew [sns] session_token, or use a key without one",
        ),
    ),
    ("Throttled", Elsewhere("AWS gets too many requests (Throttled); ask it for a higher quota")),
];

/// A name as the sender: <https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html>.
const SENDER_ID: &str = "AWS.SNS.SMS.SenderID";

/// A number as the sender, from the same page.
const ORIGINATION_NUMBER: &str = "AWS.MM.SMS.OriginationNumber";

/// A key at AWS that may publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sns {
    /// `https://sns.eu-west-1.amazonaws.com`
    pub url: String,
    /// `eu-west-1`: a part of the signature.
    pub region: String,
    /// `AKIA…`, or `ASIA…` with a session's token.
    pub access_key_id: String,
    /// The key's secret.
    pub secret_access_key: Credential,
    /// Of a key that holds for a time.
    pub session_token: Option<Credential>,
    /// A registered name, where the country has such.
    pub sender_id: Option<String>,
}

/// SNS tells nobody here what becomes of a message.
impl Provider for Sns {
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>> {
        parts.http_sender(self.clone())
    }

    fn sender_name(&self) -> Option<&str> {
        self.sender_id.as_deref()
    }
}

impl HttpProvider for Sns {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let mut fields = vec![
            ("Action", "Publish"),
            ("Version", VERSION),
            ("PhoneNumber", message.to.e164()),
            ("Message", &message.text),
            ("MessageAttributes.entry.1.Name", "AWS.SNS.SMS.SMSType"),
            ("MessageAttributes.entry.1.Value.DataType", "String"),
            ("MessageAttributes.entry.1.Value.StringValue", TRANSACTIONAL),
        ];
        let from = message.from(self.sender_id.as_deref().unwrap_or_default());
        if !from.is_empty() {
            let is_number = message.from.as_ref().is_some_and(|from| !from.is_name());
            fields.extend([
                ("MessageAttributes.entry.2.Name", if is_number { ORIGINATION_NUMBER } else { SENDER_ID }),
                ("MessageAttributes.entry.2.Value.DataType", "String"),
                ("MessageAttributes.entry.2.Value.StringValue", from),
            ]);
        }
        let mut request = post_form(format!("{}/", self.url), None, &fields);
        // The code was made a moment ago, and AWS allows minutes.
        let signature = self.signature(&request, message.good_until - message.good_for);
        // Without one AWS refuses the request, and the next provider is tried.
        request.headers.extend(signature.unwrap_or_default());
        request
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        let body = std::str::from_utf8(&answer.body).ok()?;
        if answer.status == StatusCode::OK {
            return element(body, "MessageId").map(|id| SmsOutcome::accepted(Some(id)));
        }
        answer.status.is_client_error().then(|| meaning_of(&element(body, "Code")?, CODES))?
    }
}

impl Sns {
    /// The headers that prove who asks: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>.
    fn signature(&self, request: &HttpRequest, at: DateTime<Utc>) -> Option<Vec<(HeaderName, HeaderValue)>> {
        let token = self.session_token.as_ref().map(|token| token.reveal().to_owned());
        let secret = self.secret_access_key.reveal();
        let identity = Credentials::new(&self.access_key_id, secret, token, None, "configuration").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("sns")
            .time(at.into())
            .settings(SigningSettings::default())
            .build()
            .ok()?
            .into();
        let headers =
            request.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let body = SignableBody::Bytes(request.body.as_bytes());
        let signable = SignableRequest::new("POST", request.url.as_str(), headers, body).ok()?;
        let (instructions, _) = sign(signable, &parameters).ok()?.into_parts();
        instructions.headers().map(|(name, value)| sensitive(name, value)).collect()
    }
}

fn sensitive(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    Some((HeaderName::try_from(name).ok()?, value))
}

/// What stands in the first element of that name. AWS's answers are XML of fixed shape, and these elements hold plain words.
fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
}
