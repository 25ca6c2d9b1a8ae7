//! WhatsApp by Twilio, with a template of its Content API: <https://www.twilio.com/docs/content/send-templates-created-with-the-content-template-builder>.

use serde_json::json;

use super::{
    SmsMessage,
    http_client::{HttpAnswer, HttpRequest},
    http_provider::{
        Credential, HttpProvider,
        Meaning::{self, Elsewhere, Rejected},
        basic, post_form,
    },
    twilio,
};
use crate::domain::{
    one_time_code::OneTimeCode,
    sms_outcome::{Rejection, SmsOutcome},
};

/// From <https://www.twilio.com/docs/api/errors>: those that answer a request to send. What is not here is refused by its status.
const CODES: &[(u64, Meaning)] = &[
    (21211, Rejected(Rejection::BadNumber)),
    (21610, Rejected(Rejection::OptedOut)),
    (21655, Elsewhere("there is no such template (21655); check [twilio] whatsapp_content_sid")),
    (
        21656,
        Elsewhere("the template does not take the code alone (21656); make it an authentication template"),
    ),
    (63003, Rejected(Rejection::BadNumber)),
    (63007, Elsewhere("no WhatsApp sender has that number (63007); check [twilio] whatsapp_from")),
    (
        63016,
        Elsewhere("WhatsApp takes an approved template alone (63016); check [twilio] whatsapp_content_sid"),
    ),
];

/// An account at Twilio that writes by WhatsApp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwilioWhatsApp {
    /// `https://api.twilio.com`, or a regional one.
    pub url: String,
    /// `AC…`
    pub account_sid: String,
    /// The account's, from the console.
    pub auth_token: Credential,
    /// The sender's number, in E.164 form.
    pub from: String,
    /// `HX…`, an authentication template whose variable 1 is the code.
    pub content_sid: String,
}

impl HttpProvider for TwilioWhatsApp {
    fn request(&self, message: &SmsMessage) -> HttpRequest {
        let url = twilio::resource(&self.url, &self.account_sid, "Messages");
        let (to, from) = (format!("whatsapp:{}", message.to.e164()), format!("whatsapp:{}", self.from));
        let code = message.other_way.as_ref().map(|way| &way.code).map_or("", OneTimeCode::reveal);
        let variables = json!({ "1": code }).to_string();
        let fields = [
            ("To", to.as_str()),
            ("From", &from),
            ("ContentSid", &self.content_sid),
            ("ContentVariables", &variables),
        ];
        post_form(url, Some(basic(&self.account_sid, &self.auth_token)), &fields)
    }

    fn outcome(&self, answer: &HttpAnswer) -> Option<SmsOutcome> {
        twilio::outcome(answer, CODES)
    }
}
