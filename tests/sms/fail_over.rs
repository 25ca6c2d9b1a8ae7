//! The second provider takes over, nobody gets two messages, and a provider that fails holds up nobody.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use mobile_auth::{
    domain::{
        sms_outcome::{Rejection, SmsOutcome},
        sms_route::SmsRoutes,
    },
    server::{
        clock::Clock,
        sms::{
            SmsMessage, SmsSender,
            http_client::{HttpClient, HttpPatience},
            http_provider::{Credential, HttpSender},
            routed::RoutedSender,
            twilio::{self, Twilio},
            vonage::{self, Vonage},
        },
    },
};
use tokio::sync::Notify;

use super::{
    message_to,
    stand_in::{Reply, StandIn},
};
use crate::support::START;

/// The time in seconds after the tests' beginning.
#[derive(Default)]
pub struct Seconds(AtomicI64);

impl Clock for Seconds {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(START).unwrap() + TimeDelta::seconds(self.0.load(Ordering::SeqCst))
    }
}

const SENT: &str = r#"{"sid":"SM1"}"#;
const SENT_BY_SECOND: &str = r#"{"messages":[{"message-id":"second","status":"0"}]}"#;

/// Twilio, then Vonage, each as a stand-in.
struct Two {
    first: StandIn,
    second: StandIn,
    sender: RoutedSender,
    clock: Arc<Seconds>,
}

async fn two(first: Reply, retry_unknown: bool) -> Two {
    let (first, second) =
        (StandIn::start(first).await, StandIn::start(Reply::json("200 OK", SENT_BY_SECOND)).await);
    let url = first.url("");
    by(first, &url, second, retry_unknown)
}

fn by(first: StandIn, url: &str, second: StandIn, retry_unknown: bool) -> Two {
    let patience = HttpPatience { total: Duration::from_millis(500), ..HttpPatience::default() };
    let client = HttpClient::new(patience).unwrap();
    let secret = Credential::new("secret".to_owned());
    let twilio = Twilio {
        url: url.to_owned(),
        account_sid: "AC1".to_owned(),
        auth_token: secret.clone(),
        from: "+15005550006".to_owned(),
        status_callback: None,
    };
    let vonage = Vonage {
        url: second.url(""),
        api_key: "abcd1234".to_owned(),
        api_secret: secret,
        from: "Tea".to_owned(),
        signature_secret: None,
        callback: None,
    };
    let senders: [(_, Arc<dyn SmsSender>); 2] = [
        (twilio::NAME, Arc::new(HttpSender::new(client.clone(), Arc::new(twilio)))),
        (vonage::NAME, Arc::new(HttpSender::new(client, Arc::new(vonage)))),
    ];
    let everywhere = vec![twilio::NAME, vonage::NAME];
    let routes = SmsRoutes { everywhere, retry_unknown, ..SmsRoutes::default() };
    let clock = Arc::new(Seconds::default());
    Two { first, second, sender: RoutedSender::new(senders, routes, clock.clone()), clock }
}

impl Two {
    async fn send(&self) -> SmsOutcome {
        self.sender.send(&message_to("+989121234567")).await
    }

    fn counts(&self) -> (usize, usize) {
        (self.first.received().len(), self.second.received().len())
    }
}

fn by_second() -> SmsOutcome {
    SmsOutcome::accepted(Some("second")).told_by(vonage::NAME)
}

#[tokio::test]
async fn when_the_first_provider_is_killed_the_next_code_goes_by_the_second_at_once() {
    let nobody = crate::command_line::running::free_address();
    let (first, second) =
        (StandIn::start(Reply::Hang).await, StandIn::start(Reply::json("200 OK", SENT_BY_SECOND)).await);
    let two = by(first, &format!("http://{nobody}"), second, false);
    let outcome = tokio::time::timeout(Duration::from_secs(6), two.send()).await;
    assert_eq!(outcome, Ok(by_second()));
    assert_eq!(two.counts(), (0, 1));
}

#[tokio::test]
async fn what_the_first_surely_did_not_take_the_second_gets_once() {
    let retry_later = Reply::Answer {
        status: "429 Too Many Requests",
        headers: "retry-after: 3600\r\n",
        body: String::new(),
    };
    for reply in
        [retry_later, Reply::json("503 Service Unavailable", ""), Reply::json("401 Unauthorized", "{}")]
    {
        let two = two(reply.clone(), false).await;
        assert_eq!(two.send().await, by_second(), "{reply:?}");
        assert_eq!(two.counts(), (1, 1), "{reply:?}");
    }
}

#[tokio::test]
async fn no_fault_brings_a_second_message() {
    for reply in [
        Reply::json("201 Created", SENT),
        Reply::json("201 Created", "accepted, but not as documented"),
        Reply::json("500 Internal Server Error", ""),
        Reply::json("302 Found", ""),
        Reply::Hang,
        Reply::HangInTheMiddle,
        Reply::Drop,
        Reply::Reset,
        Reply::Endless,
        Reply::json("400 Bad Request", r#"{"code":21610}"#),
    ] {
        let two = two(reply.clone(), false).await;
        assert_ne!(two.send().await, by_second());
        assert_eq!(two.counts(), (1, 0), "{reply:?}");
    }
}

#[tokio::test]
async fn the_operator_may_prefer_a_second_message_to_none() {
    let eager = two(Reply::Hang, true).await;
    assert_eq!(eager.send().await, by_second());
    assert_eq!(eager.counts(), (1, 1));
    let rejected = two(Reply::json("400 Bad Request", r#"{"code":21211}"#), true).await;
    assert_eq!(rejected.send().await, SmsOutcome::Rejected(Rejection::BadNumber));
    assert_eq!(rejected.counts(), (1, 0), "a bad number is bad everywhere");
}

#[tokio::test]
async fn nothing_is_sent_after_the_codes_death() {
    let two = two(Reply::json("201 Created", SENT), true).await;
    two.clock.0.store(120, Ordering::SeqCst);
    assert_eq!(two.send().await.name(), "try_elsewhere");
    assert_eq!(two.counts(), (0, 0));
}

#[tokio::test]
async fn a_provider_that_fails_five_times_is_left_alone_for_thirty_seconds() {
    let two = two(Reply::json("503 Service Unavailable", ""), false).await;
    for _ in 0..8 {
        assert_eq!(two.send().await, by_second());
    }
    assert_eq!(two.counts(), (5, 8));
    two.clock.0.store(30, Ordering::SeqCst);
    for _ in 0..3 {
        two.send().await;
    }
    assert_eq!(two.counts(), (6, 11), "one try after the pause, which failed");
}

/// Keeps every message until it is let go.
#[derive(Default)]
struct Slow {
    began: Notify,
    end: Notify,
}

#[async_trait]
impl SmsSender for Slow {
    async fn send(&self, _: &SmsMessage) -> SmsOutcome {
        self.began.notify_one();
        self.end.notified().await;
        SmsOutcome::accepted(Some("slow"))
    }
}

/// Takes every message at once.
struct Quick;

#[async_trait]
impl SmsSender for Quick {
    async fn send(&self, _: &SmsMessage) -> SmsOutcome {
        by_second()
    }
}

#[tokio::test]
async fn a_slow_provider_keeps_32_messages_and_the_next_goes_by_the_other() {
    let slow = Arc::new(Slow::default());
    let senders: [(_, Arc<dyn SmsSender>); 2] =
        [(twilio::NAME, slow.clone()), (vonage::NAME, Arc::new(Quick))];
    let everywhere = vec![twilio::NAME, vonage::NAME];
    let routes = SmsRoutes { everywhere, ..SmsRoutes::default() };
    let sender = Arc::new(RoutedSender::new(senders, routes, Arc::new(Seconds::default())));
    let mut waiting = Vec::new();
    for _ in 0..32 {
        let sender = sender.clone();
        waiting.push(tokio::spawn(async move { sender.send(&message_to("+989121234567")).await }));
        slow.began.notified().await;
    }
    let next = tokio::time::timeout(Duration::from_secs(5), sender.send(&message_to("+989121234567"))).await;
    assert_eq!(next, Ok(by_second()));
    slow.end.notify_waiters();
    for outcome in waiting {
        assert_eq!(outcome.await.unwrap(), SmsOutcome::accepted(Some("slow")).told_by(twilio::NAME));
    }
}

/// Else five such numbers would switch the provider off for everybody.
#[tokio::test]
async fn refusals_that_may_be_the_numbers_fault_pause_no_provider() {
    let two = two(Reply::json("400 Bad Request", r#"{"code":21612}"#), false).await;
    for _ in 0..8 {
        assert_eq!(two.send().await, by_second());
    }
    assert_eq!(two.counts(), (8, 8), "the first is asked each time");
}

/// Says one thing after the other.
struct Scripted(Mutex<Vec<SmsOutcome>>);

#[async_trait]
impl SmsSender for Scripted {
    async fn send(&self, _: &SmsMessage) -> SmsOutcome {
        self.0.lock().unwrap().pop().unwrap()
    }
}

/// Else a stranger with such numbers would keep a provider in use that fails everybody else.
#[tokio::test]
async fn refusals_that_may_be_the_numbers_fault_do_not_hide_that_a_provider_fails() {
    let (failed, refused) = (SmsOutcome::elsewhere("down"), SmsOutcome::elsewhere_with_this("refused"));
    let script = [&failed, &failed, &refused, &failed, &failed, &refused, &failed];
    let first = Arc::new(Scripted(Mutex::new(script.into_iter().rev().cloned().collect())));
    let senders: [(_, Arc<dyn SmsSender>); 2] =
        [(twilio::NAME, first.clone()), (vonage::NAME, Arc::new(Quick))];
    let routes = SmsRoutes { everywhere: vec![twilio::NAME, vonage::NAME], ..SmsRoutes::default() };
    let sender = RoutedSender::new(senders, routes, Arc::new(Seconds::default()));
    for _ in 0..9 {
        assert_eq!(sender.send(&message_to("+989121234567")).await, by_second());
    }
    assert!(first.0.lock().unwrap().is_empty(), "asked seven times, the fifth failure paused it");
}
