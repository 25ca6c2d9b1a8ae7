//! What those answer who should be providers.

use std::sync::LazyLock;

use axum::http::StatusCode;
use mobile_auth::{
    domain::sms_outcome::SmsOutcome,
    server::sms::{
        bird::Bird,
        bird_whatsapp::BirdWhatsApp,
        http_client::HttpAnswer,
        http_provider::{Credential, HttpProvider},
        http_template::HttpTemplate,
        infobip::Infobip,
        kavenegar::Kavenegar,
        plivo::Plivo,
        sns::Sns,
        telnyx::Telnyx,
        twilio::Twilio,
        twilio_call::TwilioCall,
        twilio_whatsapp::TwilioWhatsApp,
        vonage::Vonage,
        vonage_call,
    },
};

static PROVIDERS: LazyLock<Vec<Box<dyn HttpProvider>>> = LazyLock::new(|| {
    let word = || "word".to_owned();
    let secret = || Credential::new(word());
    vec![
        Box::new(Twilio {
            url: word(),
            account_sid: word(),
            auth_token: secret(),
            from: word(),
            status_callback: None,
        }),
        Box::new(TwilioCall { url: word(), account_sid: word(), auth_token: secret(), from: word() }),
        Box::new(TwilioWhatsApp {
            url: word(),
            account_sid: word(),
            auth_token: secret(),
            from: word(),
            content_sid: word(),
        }),
        Box::new(Vonage {
            url: word(),
            api_key: word(),
            api_secret: secret(),
            from: word(),
            signature_secret: None,
            callback: None,
        }),
        Box::new(Bird {
            url: word(),
            access_key: secret(),
            from: word(),
            signing_key: None,
            report_url: None,
        }),
        Box::new(BirdWhatsApp {
            url: word(),
            access_key: secret(),
            channel_id: word(),
            namespace: word(),
            template: word(),
            language: word(),
        }),
        Box::new(Plivo { url: word(), auth_id: word(), auth_token: secret(), from: word(), callback: None }),
        Box::new(Telnyx {
            url: word(),
            api_key: secret(),
            from: word(),
            public_key: None,
            webhook_url: None,
        }),
        Box::new(Infobip {
            url: word(),
            api_key: secret(),
            from: word(),
            receipt_secret: None,
            notify_url: None,
        }),
        Box::new(Kavenegar { url: word(), api_key: secret(), from: word(), receipt_secret: None }),
        Box::new(Sns {
            url: word(),
            region: word(),
            access_key_id: word(),
            secret_access_key: secret(),
            session_token: None,
            sender_id: None,
        }),
        Box::new(HttpTemplate {
            accepted_status: vec![200, 202],
            accepted_text: "ok".to_owned(),
            refused_text: vec!["no".to_owned()],
            rejected_text: vec!["never".to_owned()],
            message_id: "/message/0/id".to_owned(),
            ..HttpTemplate::default()
        }),
    ]
});

/// A byte that says whose answer it is, two for the status, and the body. What the answer says is not in what we say of it: our
/// sentences are a closed set, and the name of a message is short and plain.
pub fn provider_answers(data: &[u8]) {
    let Some((&[provider, high, low], body)) = data.split_first_chunk() else { return };
    let Ok(status) = StatusCode::from_u16(u16::from_be_bytes([high, low]) % 1000) else { return };
    let answer = HttpAnswer { status, body: body.to_vec().into() };
    let place = usize::from(provider) % (PROVIDERS.len() + 1);
    let outcome = match PROVIDERS.get(place) {
        Some(provider) => provider.outcome(&answer),
        // It cannot be made without a key.
        None => vonage_call::outcome(&answer),
    };
    if let Some(SmsOutcome::Accepted { id: Some(id), .. }) = outcome {
        assert!(id.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{id:?}");
        assert!(body.windows(id.as_str().len()).any(|part| part == id.as_str().as_bytes()), "{id:?}");
    }
}
