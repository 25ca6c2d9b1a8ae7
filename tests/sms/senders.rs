//! Who a message is from, in each provider's request: its own sender, or that of the number's country.

use mobile_auth::{
    domain::sms_sender::SmsSenderId,
    server::sms::{
        SmsMessage,
        bird::Bird,
        http_provider::{Credential, HttpProvider},
        http_template::HttpTemplate,
        infobip::Infobip,
        kavenegar::Kavenegar,
        plivo::Plivo,
        sns::Sns,
        telnyx::Telnyx,
        twilio::Twilio,
        vonage::Vonage,
    },
};

use super::message_to;

fn message(from: Option<&str>) -> SmsMessage {
    let from = from.map(|from| SmsSenderId::parse(from).unwrap());
    SmsMessage { from, ..message_to("+989121234567") }
}

/// Each with the usual sender `Usual`, with where the sender stands in its request's body.
fn providers() -> Vec<(Box<dyn HttpProvider>, &'static str)> {
    let (url, from) = (String::new(), "Usual".to_owned());
    let key = || Credential::new("key".to_owned());
    let account_sid = "AC1".to_owned();
    let twilio = Twilio {
        url: url.clone(),
        account_sid: account_sid.clone(),
        auth_token: key(),
        from: from.clone(),
        status_callback: None,
    };
    let vonage = Vonage {
        url: url.clone(),
        api_key: account_sid.clone(),
        api_secret: key(),
        from: from.clone(),
        signature_secret: None,
        callback: None,
    };
    let plivo = Plivo {
        url: url.clone(),
        auth_id: account_sid,
        auth_token: key(),
        from: from.clone(),
        callback: None,
    };
    let telnyx =
        Telnyx { url: url.clone(), api_key: key(), from: from.clone(), public_key: None, webhook_url: None };
    let http = HttpTemplate {
        body: r#"{"sender":"{from}"}"#.to_owned(),
        from: from.clone(),
        ..HttpTemplate::default()
    };
    vec![
        (Box::new(twilio), "&From={}&"),
        (Box::new(vonage), "&from={}&"),
        (Box::new(plivo), r#""src":"{}""#),
        (Box::new(telnyx), r#""from":"{}""#),
        (
            Box::new(Infobip {
                url: url.clone(),
                api_key: key(),
                from: from.clone(),
                receipt_secret: None,
                notify_url: None,
            }),
            r#""from":"{}""#,
        ),
        (
            Box::new(Bird {
                url: url.clone(),
                access_key: key(),
                from: from.clone(),
                signing_key: None,
                report_url: None,
            }),
            r#""originator":"{}""#,
        ),
        (Box::new(Kavenegar { url, api_key: key(), from, receipt_secret: None }), "&sender={}&"),
        (Box::new(http), r#""sender":"{}""#),
    ]
}

#[test]
fn the_sender_of_the_country_goes_before_the_providers_own() {
    // Vonage, Plivo, Infobip and Bird want a number without its plus sign.
    let numbers = [
        "%2B15005550006",
        "15005550006",
        "15005550006",
        "+15005550006",
        "15005550006",
        "15005550006",
        "%2B15005550006",
        "+15005550006",
    ];
    for ((provider, place), number) in providers().iter().zip(numbers) {
        for (from, expected) in [(None, "Usual"), (Some("Tea"), "Tea"), (Some("+15005550006"), number)] {
            let body = provider.request(&message(from)).body;
            assert!(
                body.contains(&place.replace("{}", expected)),
                "{from:?}: {place} {expected} is not in {body}"
            );
        }
    }
}

#[test]
fn twilio_is_told_a_messaging_service_by_its_own_field() {
    let (twilio, _) = &providers()[0];
    let service = format!("MG{}", "0".repeat(32));
    assert!(
        twilio.request(&message(Some(&service))).body.contains(&format!("&MessagingServiceSid={service}&"))
    );
    assert!(
        twilio.request(&message(Some("MG Cars"))).body.contains("&From=MG%20Cars&"),
        "a name is no service"
    );
}

#[test]
fn sns_is_told_a_name_and_a_number_apart() {
    let sns = Sns {
        url: "https://sns.eu-west-1.amazonaws.com".to_owned(),
        region: "eu-west-1".to_owned(),
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: Credential::new("secret".to_owned()),
        session_token: None,
        sender_id: None,
    };
    let body = |from| sns.request(&message(from)).body;
    assert!(!body(None).contains("entry.2"));
    for (from, name, value) in [
        ("Tea", "AWS.SNS.SMS.SenderID", "Tea"),
        ("+15005550006", "AWS.MM.SMS.OriginationNumber", "%2B15005550006"),
    ] {
        let body = body(Some(from));
        assert!(
            body.contains(&format!("entry.2.Name={name}&"))
                && body.contains(&format!("entry.2.Value.StringValue={value}")),
            "{body}"
        );
    }
}
