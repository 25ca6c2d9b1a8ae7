//! An SMSC that nobody here wrote: the npm package smpp, on this machine.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use mobile_auth::{
    domain::{
        receipt::{DeliveryState, Receipt},
        sms_outcome::{MessageId, Rejection, SmsOutcome},
        sms_route::SmsRoutes,
    },
    server::{
        clock::Clock,
        sms::{
            SmsSender,
            http_provider::Credential,
            routed::RoutedSender,
            smpp::{self, Smpp, SmppPatience, SmppSender},
        },
    },
};
use rustls::ClientConfig;
use serde_json::json;
use tokio::{net::TcpListener, time::timeout};

use super::{
    TEXT, message_to,
    receipts::states,
    smsc::{NEVER, PATIENCE, Sink, Smsc, account, next, sender},
    tls_identity,
};
use crate::{
    command_line::running::{Folder, free_address},
    support::{App, PHONE, START, Settings},
};

#[tokio::test]
async fn a_message_goes_with_all_it_needs_and_its_receipt_comes_back() {
    let mut smsc = Smsc::start("accept").await;
    let (sender, mut receipts) = smsc.sender(PATIENCE);
    assert_eq!(sender.send(&message_to("+989121234567")).await, SmsOutcome::accepted(Some("m-1")));
    assert_eq!(smsc.told("bind").await, json!(["tester", "secret", "web", 0x34]));
    let submitted = json!({ "from": [5, 0, "Tea"], "to": [1, 1, "989121234567"], "coding": 0, "receipt": 1, "text": TEXT });
    assert_eq!(smsc.told("submit").await, submitted);
    let id = MessageId::parse("m-1").unwrap();
    let delivered = Receipt { provider: smpp::NAME, id, state: DeliveryState::Delivered };
    assert_eq!(next(&mut receipts).await, delivered, "and not what a phone wrote before it");
    assert_eq!(
        [smsc.told("taken").await, smsc.told("taken").await],
        ["text", "receipt"],
        "both are answered"
    );
    drop(sender);
    smsc.told("unbind").await;
}

#[tokio::test]
async fn who_takes_no_receipts_leaves_them_to_the_session_that_does() {
    let mut smsc = Smsc::start("accept").await;
    let alone = sender(account(smsc.port), None, PATIENCE);
    assert_eq!(alone.send(&message_to("+989121234567")).await, SmsOutcome::accepted(Some("m-1")));
    assert_eq!(smsc.told("kind").await, "bind_transmitter");
    let (both, _receipts) = smsc.sender(PATIENCE);
    assert_eq!(both.send(&message_to("+989121234567")).await, SmsOutcome::accepted(Some("m-2")));
    assert_eq!(smsc.told("kind").await, "bind_transceiver");
}

#[tokio::test]
async fn every_alphabet_arrives_as_it_was_written() {
    let mut smsc = Smsc::start("accept").await;
    let (sender, _receipts) = smsc.sender(PATIENCE);
    for (text, coding) in
        [("@£$_éàÉ [€]{^}~|\\ ÄÖÑÜ§¿", 0), ("۱۲۳ سلام\n@example.com #012345", 8), ("😀 код", 8)]
    {
        let mut message = message_to("+989121234567");
        message.text = text.to_owned();
        assert_eq!(sender.send(&message).await.name(), "accepted", "{text}");
        let submitted = smsc.told("submit").await;
        assert_eq!((&submitted["text"], &submitted["coding"]), (&json!(text), &json!(coding)));
    }
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let said = async |mode: &str| {
        let smsc = Smsc::start(mode).await;
        smsc.sender(PATIENCE).0.send(&message_to("+989121234567")).await
    };
    let SmsOutcome::TryElsewhere(cause) = said("throttle").await else { panic!("throttled") };
    assert!(cause.to_string().contains("ESME_RTHROTTLED"), "{cause}");
    assert_eq!(said("no-such-number").await, SmsOutcome::Rejected(Rejection::BadNumber));
}

#[tokio::test]
async fn many_at_once_are_all_sent_once() {
    let mut smsc = Smsc::start("accept").await;
    let sender = Arc::new(smsc.sender(PATIENCE).0);
    let tasks = (0..30).map(|_| {
        let sender = sender.clone();
        tokio::spawn(async move { sender.send(&message_to("+989121234567")).await })
    });
    let mut names = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        let SmsOutcome::Accepted { id: Some(id), .. } = task.await.unwrap() else { panic!("not accepted") };
        names.push(id.as_str().to_owned());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 30, "each has a name of its own");
    drop(sender);
    smsc.told("unbind").await;
}

#[tokio::test]
async fn what_was_written_and_not_answered_is_unknown_and_the_connection_comes_back() {
    let mut smsc = Smsc::start("drop-first").await;
    let (sender, mut receipts) = smsc.sender(PATIENCE);
    let lost = sender.send(&message_to("+989121234567")).await;
    assert_eq!(lost.name(), "unknown", "{lost:?}");
    // While there is no connection, nothing is sent, and that is sure.
    let accepted = async {
        loop {
            match sender.send(&message_to("+989121234567")).await {
                SmsOutcome::TryElsewhere(_) => tokio::task::yield_now().await,
                other => return other,
            }
        }
    };
    assert_eq!(timeout(NEVER, accepted).await.unwrap(), SmsOutcome::accepted(Some("m-2")));
    assert_eq!(next(&mut receipts).await.id.as_str(), "m-2");
    assert_eq!(
        [smsc.told("bind").await, smsc.told("bind").await].map(|mut bind| bind[0].take()),
        ["tester", "tester"]
    );
}

#[tokio::test]
async fn a_silent_smsc_may_have_the_message_and_is_asked_whether_it_is_there() {
    let mut smsc = Smsc::start("silent").await;
    let short = Duration::from_millis(300);
    let patience = SmppPatience { answer: Duration::from_secs(2), idle: short, ..PATIENCE };
    let (sender, _receipts) = smsc.sender(patience);
    let outcome = sender.send(&message_to("+989121234567")).await;
    assert_eq!(outcome.name(), "unknown", "{outcome:?}");
    smsc.told("asked").await;
    smsc.told("bind").await;
}

#[tokio::test]
async fn where_nothing_was_sent_another_provider_is_tried() {
    let nobody = sender(account(free_address().port().into()), None, PATIENCE);
    let SmsOutcome::TryElsewhere(cause) = nobody.send(&message_to("+989121234567")).await else {
        panic!("reached")
    };
    assert!(cause.to_string().contains("could not be reached"), "{cause}");
    let smsc = Smsc::start("accept").await;
    let stranger = Smpp { password: Credential::new("wrong".to_owned()), ..account(smsc.port) };
    let refused = sender(stranger, None, PATIENCE).send(&message_to("+989121234567")).await;
    let SmsOutcome::TryElsewhere(cause) = refused else { panic!("bound") };
    assert!(cause.to_string().contains("0x0000000d") && !cause.to_string().contains("wrong"), "{cause}");
    // One that takes the connection and never answers: the message waits, and is then given up unsent.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mute = account(listener.local_addr().unwrap().port().into());
    let patience = SmppPatience { answer: Duration::from_millis(200), ..PATIENCE };
    let outcome = sender(mute, None, patience).send(&message_to("+989121234567")).await;
    assert_eq!(outcome.name(), "try_elsewhere", "{outcome:?}");
}

#[tokio::test]
async fn under_tls_the_smsc_must_prove_its_name() {
    for (name, is_theirs) in [("127.0.0.1", true), ("other.example", false)] {
        let smsc = Smsc::start("accept").await;
        let (acceptor, roots) = tls_identity(name);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = smsc.port;
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let Ok(mut connection) = acceptor.accept(connection).await else { continue };
                let smsc = tokio::net::TcpStream::connect(format!("127.0.0.1:{behind}")).await;
                let _ = tokio::io::copy_bidirectional(&mut connection, &mut smsc.unwrap()).await;
            }
        });
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let account = Smpp { url: format!("smpps://127.0.0.1:{port}").parse().unwrap(), ..account(0) };
        let outcome =
            SmppSender::new(account, Arc::new(tls), None, PATIENCE).send(&message_to("+989121234567")).await;
        assert_eq!(
            outcome.name(),
            if is_theirs { "accepted" } else { "try_elsewhere" },
            "{name}: {outcome:?}"
        );
        assert!(!format!("{outcome:?}").contains(name), "what a stranger's certificate says goes nowhere");
    }
}

/// The time at which applications of tests begin.
struct AtTheStart;

impl Clock for AtTheStart {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(START).unwrap()
    }
}

#[tokio::test]
async fn a_person_signs_in_with_the_code_that_came_through_the_smsc_and_reads_that_it_arrived() {
    let mut smsc = Smsc::start("accept").await;
    let (sink, mut receipts) = Sink::new();
    let smpp: Arc<dyn SmsSender> = Arc::new(sender(account(smsc.port), Some(sink.clone()), PATIENCE));
    let routes = SmsRoutes { everywhere: vec![smpp::NAME], ..SmsRoutes::default() };
    let routed = RoutedSender::new([(smpp::NAME, smpp)], routes, Arc::new(AtTheStart));
    let app = App::start_with(Settings { sms: Some(Arc::new(routed)), ..Settings::default() }).await;
    assert!(sink.next.set(app.receipts()).is_ok());
    let mut browser = app.browser();
    assert_eq!(browser.request_code(PHONE).await.status, 200);
    let submitted = smsc.told("submit").await;
    let text = submitted["text"].as_str().unwrap();
    assert_eq!(submitted["to"][2], "989121234567");
    assert_eq!(next(&mut receipts).await.state, DeliveryState::Delivered);
    assert_eq!(states(&app).await, [DeliveryState::Delivered]);
    let page = browser.get("/sign-in/code").await.body;
    assert!(page.contains("/sign-in/code/events"), "the open page listens");
    assert!(page.contains("The message is on your phone."), "{page}");
    assert_eq!(browser.verify_code(&text[..6]).await.status, 200);
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn an_smsc_that_says_too_fast_is_given_a_moment_before_the_next_message() {
    let mut smsc = Smsc::start("throttle-once").await;
    let (sender, _receipts) = smsc.sender(PATIENCE);
    assert_eq!(sender.send(&message_to("+989121234567")).await.name(), "try_elsewhere");
    assert_eq!(sender.send(&message_to("+989121234567")).await.name(), "accepted");
    let mut times = [0; 2];
    for time in &mut times {
        *time = smsc.told("at").await.as_u64().unwrap();
    }
    let [first, second] = times;
    assert!(u128::from(second - first) + 10 >= PATIENCE.throttled.as_millis(), "{} ms", second - first);
}

/// As by webhooks: the word is kept before it is answered, and is asked for again while it cannot be.
#[tokio::test]
async fn whoever_texts_stop_through_the_smsc_gets_no_text_and_a_word_that_is_not_kept_comes_again() {
    const COME_AGAIN: u64 = 0x64; // ESME_RX_T_APPN
    let mut smsc = Smsc::start("stop").await;
    let (sink, _) = Sink::new();
    let smpp: Arc<dyn SmsSender> = Arc::new(sender(account(smsc.port), Some(sink.clone()), PATIENCE));
    assert_eq!(smsc.told("heard").await, COME_AGAIN);
    let app = App::start_with(Settings { sms: Some(smpp), ..Settings::default() }).await;
    assert_eq!(app.browser().request_code("+44 7400 123456").await.status, 200, "another number");
    assert!(sink.next.set(app.receipts()).is_ok());
    while smsc.told("heard").await != 0 {}
    let answer = app.browser().request_code(PHONE).await;
    assert_eq!(answer.json()["error"], "number_opted_out");
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_takes_its_leave() {
    let mut smsc = Smsc::start("accept").await;
    let url = format!("smpp://127.0.0.1:{}", smsc.port);
    let folder = Folder::new();
    let mut server = folder.serve(&[
        ("MOBILE_AUTH_SMS_PROVIDER", "smpp"),
        ("MOBILE_AUTH_SMPP_URL", &url),
        ("MOBILE_AUTH_SMPP_SYSTEM_ID", "tester"),
        ("MOBILE_AUTH_SMPP_PASSWORD", "secret"),
        ("MOBILE_AUTH_SMPP_FROM", "Tea"),
    ]);
    smsc.told("bind").await;
    server.signal("TERM");
    smsc.told("unbind").await;
    assert!(server.wait(NEVER).is_some_and(|status| status.success()));
}
