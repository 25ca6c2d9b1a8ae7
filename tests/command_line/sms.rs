//! `mobile-auth sms`.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use mobile_auth::server::clock::{Clock as _, SystemClock};

use super::running::Folder;

pub const OUTBOX: &[(&str, &str)] =
    &[("MOBILE_AUTH_SMS_PROVIDER", "outbox"), ("MOBILE_AUTH_SMS_OUTBOX_PATH", "outbox.jsonl")];

/// What it says of a command that is done.
pub fn said(folder: &Folder, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = folder.run(arguments, variables);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_text_is_shown_with_its_length_and_nothing_wrong() {
    let text = said(&Folder::new(), &["sms", "lint"], &[("MOBILE_AUTH_SITE_NAME", "Tea House")]);
    for part in [
        " is your Tea House code.",
        "\n\n@localhost #",
        "\n\nGSM-7, ",
        " of 160 characters, 1 segment.",
        "fa:\n",
        "\n\nUCS-2, ",
        " of 70 characters, 1 segment.",
        "the old one gets:\nYour Tea House account has another number now.",
        " of 134 characters, 2 segments.",
        "Before you send to IN: register the company, the header and each text as a template (TRAI's DLT)",
        "Nothing is wrong",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn a_test_call_is_made_by_who_calls_and_by_nobody_else() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let caller = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let (mut request, mut piece) = (String::new(), [0; 4096]);
        while !request.contains("Timeout=") {
            let length = connection.read(&mut piece).unwrap();
            request.push_str(std::str::from_utf8(&piece[..length]).unwrap());
        }
        let body = r#"{"sid":"CA1"}"#;
        write!(connection, "HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        request
    });
    let calls = [
        ("MOBILE_AUTH_SMS_CALL", "twilio"),
        ("MOBILE_AUTH_TWILIO_URL", &url),
        ("MOBILE_AUTH_TWILIO_ACCOUNT_SID", "AC1"),
        ("MOBILE_AUTH_TWILIO_AUTH_TOKEN", "token"),
        ("MOBILE_AUTH_TWILIO_CALL_FROM", "+15005550006"),
    ];
    let variables = [OUTBOX, &calls].concat();
    let folder = Folder::new();
    let call = ["sms", "send-test", "+989121234567", "--by", "call"];
    let text = said(&folder, &call, &variables);
    assert!(text.contains("The provider has the message as CA1."), "{text}");
    assert!(caller.join().unwrap().contains("To=%2B989121234567&From=%2B15005550006&Twiml=%3CResponse"));
    assert!(!folder.path("outbox.jsonl").exists(), "a call is no message");
    let text = said(&folder, &["doctor", "+989121234567"], &variables);
    assert!(text.contains("After 2 codes in vain the next may also go by call."), "{text}");
    let log = log_of_a_start(&folder, &variables);
    assert!(log.contains("calls_without_a_sum"), "{log}");
    let bounded = [&variables[..], &[("MOBILE_AUTH_BUDGET_COST_PER_DAY", "20")]].concat();
    let log = log_of_a_start(&folder, &bounded);
    assert!(!log.contains("calls_without_a_sum"), "{log}");
    let text = folder.fail(&call, OUTBOX);
    assert!(text.contains("no provider is set up for this way"), "{text}");
    let output = folder.run(&["sms", "send-test", "+989121234567", "--by", "pigeon"], OUTBOX);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("write sms, call or whatsapp"));
}

#[test]
fn a_name_that_phones_show_as_a_link_is_told_by_the_linter_and_at_the_start() {
    let named = [("MOBILE_AUTH_SITE_NAME", "tea.house")];
    let text = Folder::new().fail(&["sms", "lint"], &named);
    assert!(
        text.contains("- en, ar, de, es, fa, fr, hi, id, it, ja, ko, pt, ru, tr, zh: the text has a link, or a name with a dot"),
        "{text}"
    );
    let log = log_of_a_start(&Folder::new(), &named);
    assert!(log.matches("message_text_faulty").count() == 1 && log.contains("phones show as one"), "{log}");
    let log = log_of_a_start(&Folder::new(), &[("MOBILE_AUTH_SITE_URL", "https://tea.house")]);
    assert!(!log.contains("message_text_faulty"), "the host in the last line is no fault: {log}");
}

#[test]
fn registrations_are_told_of_the_countries_that_are_served() {
    let text = said(&Folder::new(), &["sms", "lint"], &[("MOBILE_AUTH_PHONE_COUNTRIES", "GB, TR")]);
    assert!(text.contains("Before you send to TR: register the name") && !text.contains("IN:"), "{text}");
    let text = said(&Folder::new(), &["sms", "lint"], &[("MOBILE_AUTH_PHONE_COUNTRIES", "GB, DE")]);
    assert!(!text.contains("Before you send"), "{text}");
}

#[test]
fn a_providers_own_name_is_told_where_it_is_not_shown() {
    let vonage = |countries| {
        [
            ("MOBILE_AUTH_SMS_PROVIDER", "vonage"),
            ("MOBILE_AUTH_VONAGE_API_KEY", "abcd1234"),
            ("MOBILE_AUTH_VONAGE_API_SECRET", "secret"),
            ("MOBILE_AUTH_VONAGE_FROM", "Tea"),
            ("MOBILE_AUTH_PHONE_COUNTRIES", countries),
        ]
    };
    let fault = "messages to US would be from the name “Tea” of [vonage]";
    let text = Folder::new().fail(&["sms", "lint"], &vonage("US, GB"));
    assert!(text.contains(fault) && !text.contains("to CA would"), "{text}");
    let log = log_of_a_start(&Folder::new(), &vonage("US"));
    assert!(log.contains("sender_not_shown") && log.contains(fault), "{log}");
    said(&Folder::new(), &["sms", "lint"], &vonage("GB"));
    let other = [&vonage("US")[..], &[("MOBILE_AUTH_SMS_SENDERS", "US=+15005550006")]].concat();
    said(&Folder::new(), &["sms", "lint"], &other);
}

#[test]
fn a_sender_that_its_country_does_not_show_is_told() {
    let senders = |list| [("MOBILE_AUTH_SMS_SENDERS", list)];
    let text = said(&Folder::new(), &["sms", "lint"], &senders("US=+15005550006, GB=Tea"));
    assert!(text.contains("To GB from Tea.\nTo US from +15005550006.\n"), "{text}");
    let text = Folder::new().fail(&["sms", "lint"], &senders("US=Tea"));
    assert!(text.contains("messages to US would be from the name “Tea”"), "{text}");
    let log = log_of_a_start(&Folder::new(), &senders("US=Tea"));
    assert!(log.contains("sender_not_shown"), "it is told at the start too: {log}");
}

#[test]
fn test_numbers_are_told_at_the_start_and_to_the_doctor() {
    let today = SystemClock.now().date_naive().to_string();
    let variables = |last_day| {
        let number = ("MOBILE_AUTH_SMS_TEST_NUMBERS", "+1 202 555 0123=284917");
        [OUTBOX, &[number, ("MOBILE_AUTH_SMS_TEST_NUMBERS_UNTIL", last_day)]].concat()
    };
    let folder = Folder::new();
    let log = log_of_a_start(&folder, &variables(&today));
    assert!(log.contains("test_numbers_on") && !log.contains("284917"), "{log}");
    let text = said(&folder, &["doctor", "+12025550123"], &variables(&today));
    assert!(
        text.contains("no message is sent to it") && text.contains("The next code would be sent."),
        "{text}"
    );
    let log = log_of_a_start(&folder, &variables("2026-01-01"));
    assert!(log.contains("test_numbers_over"), "{log}");
    let log = log_of_a_start(&folder, OUTBOX);
    assert!(!log.contains("test_numbers"), "{log}");
}

/// The log of a server that starts and is stopped at once.
pub fn log_of_a_start(folder: &Folder, variables: &[(&str, &str)]) -> String {
    let mut server = folder.serve(variables);
    server.stop();
    server.said().1.join("\n")
}

#[test]
fn a_test_message_goes_by_the_configured_route() {
    let folder = Folder::new();
    let text = said(&folder, &["sms", "send-test", "+98 912 123 4567"], OUTBOX);
    assert!(text.contains("The provider has the message"), "{text}");
    let sent = std::fs::read_to_string(folder.path("outbox.jsonl")).unwrap();
    assert!(sent.contains("+989121234567") && sent.lines().count() == 1, "{sent}");
    assert!(!folder.path("data").exists(), "no code is kept, so that it opens nothing");
}

#[test]
fn a_test_message_that_did_not_go_says_why_and_fails() {
    let variables =
        [("MOBILE_AUTH_SMS_PROVIDER", "outbox"), ("MOBILE_AUTH_SMS_OUTBOX_PATH", "no/such/folder/outbox")];
    let text = Folder::new().fail(&["sms", "send-test", "+989121234567"], &variables);
    assert!(text.contains("was not accepted") && text.contains("check [sms] outbox_path"), "{text}");
    let text = Folder::new().fail(&["sms", "send-test", "12"], OUTBOX);
    assert!(text.contains("is no mobile number"), "{text}");
}
