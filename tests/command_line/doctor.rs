//! `mobile-auth doctor`, on the file of a server that ran.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use super::{
    running::{Folder, Server},
    sms::{OUTBOX, said},
    visitor,
};

const PHONE: &str = "+989121234567";

/// Asks for a code; the status of the answer.
fn ask(server: &Server) -> u16 {
    let request = visitor::request(server.address, "POST /api/request_code\nphone=%2B989121234567", "");
    visitor::reply(visitor::open(server.address, &request).unwrap()).unwrap().status
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn it_says_how_a_number_is_read_its_kind_its_limits_where_it_goes_and_whether_the_next_code_would() {
    let folder = Folder::new();
    let variables = [OUTBOX, &[("MOBILE_AUTH_PHONE_COUNTRIES", "IR")]].concat();
    let text = said(&folder, &["doctor", "00989121234567"], &variables);
    has(
        &text,
        &[
            "+989121234567 is a mobile number of IR; it can get text messages.\n",
            "go by outbox.\n",
            "- codes to it: 0 of 5 in the last hour (phone_sends).\n",
            "- codes to it: 0 of 10 in the last 24 hours (phone_sends).\n",
            "- codes to its block of 1,000 neighbours: 0 of 20 in the last hour (block_sends).\n",
            "- all countries: 0 of 300 messages in an hour, 0 of 2000 in a day, ",
            "The next code would be sent.\nNothing was sent to it that is still known.\n",
        ],
    );
    for (number, why) in [
        (
            "+447400123456",
            "its country is not served. [phone] countries names those that are, and mobile-auth limits what is set beside it.",
        ),
        (
            "+982122334455",
            "No code would be sent: it is a landline number of IR, and such get no text messages.",
        ),
        ("+18002345678", "it is a toll-free number of US"),
        ("+12025550123", "is a mobile or a landline number, which its country does not tell apart, of US"),
        ("09121234567", "does not begin with +"),
        ("+98912", "fewer digits"),
    ] {
        has(&said(&folder, &["doctor", number], &variables), &[why]);
    }
}

#[test]
fn it_names_the_limit_that_holds_a_number_up_and_the_code_that_went() {
    let folder = Folder::new();
    let mut server = folder.serve(OUTBOX);
    assert_eq!(ask(&server), 200);
    server.stop();
    let output = folder.run(&["doctor", PHONE], OUTBOX);
    let text = String::from_utf8(output.stdout).unwrap();
    has(
        &text,
        &[
            "- codes to it: 1 of 5 in the last hour (phone_sends).\n",
            "- codes to its block of 1,000 neighbours: 1 of 20 in the last hour (block_sends).\n",
            "- the wait after the last code: not over, until 20",
            "- IR: 1 messages in an hour, 1 in a day, for 0.05 ",
            "would not be sent: one waits a while after each code, and longer after each more (the limit phone_wait is reached; again in ",
            "A browser that signed in with the number before would get it all the same.\n",
            "Its last codes:\n- 20",
            "Z by outbox: handed over.\n",
        ],
    );
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(!log.contains("9121234567"), "{log}");
}

/// Answers every request with this refusal.
fn refusing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(
                b"HTTP/1.1 402 Payment Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            );
        }
    });
    url
}

#[test]
fn it_tells_of_a_code_that_no_provider_took_and_of_one_that_the_second_took() {
    let url = refusing();
    let refused = [
        ("MOBILE_AUTH_SMS_PROVIDER", "http"),
        ("MOBILE_AUTH_HTTP_URL", &*url),
        ("MOBILE_AUTH_HTTP_BODY", r#"{"to": "{to}", "text": "{text}"}"#),
    ];
    let folder = Folder::new();
    let mut server = folder.serve(&refused);
    assert_eq!(ask(&server), 502);
    server.stop();
    let with_second =
        [&refused[..], &[("MOBILE_AUTH_SMS_FALLBACK", "outbox"), ("MOBILE_AUTH_SMS_OUTBOX_PATH", "outbox")]]
            .concat();
    let mut server = folder.serve(&with_second);
    assert_eq!(ask(&server), 200, "the send that came to nothing was given back");
    server.stop();
    let text = said(&folder, &["doctor", PHONE], &with_second);
    has(&text, &["go by http, or else outbox.\n", "- codes to it: 1 of 5 in the last hour"]);
    let last: Vec<_> = text.lines().skip_while(|line| *line != "Its last codes:").collect();
    assert_eq!(last.len(), 3, "{text}");
    assert!(last[1].contains("Z by outbox: handed over, after http: "), "{text}");
    assert!(last[2].contains("Z by http: no provider took it: http: ") && last[2].contains("402"), "{text}");
    assert!(!last.concat().contains(&url), "{text}");
}
