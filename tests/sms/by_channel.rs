//! Each code goes the way it is meant to go, and nothing goes another way instead.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use mobile_auth::{
    domain::{channel::Channel, sms_language::SmsLanguage, sms_outcome::SmsOutcome},
    server::{
        clock::Clock,
        sms::{
            SmsSender,
            by_channel::SenderByChannel,
            http_provider::Credential,
            other_provider::OtherProvider,
            twilio::{self, Twilio},
            twilio_call::TwilioCall,
        },
    },
};

use super::{
    call_to, message_to, sender,
    stand_in::{Reply, StandIn},
};
use crate::support::START;

const PHONE: &str = "+989121234567";

/// The time of the message.
struct Then;

impl Clock for Then {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(START).unwrap()
    }
}

struct Two {
    texts: StandIn,
    calls: StandIn,
    sender: SenderByChannel,
}

async fn texts_and_calls(calls: Reply) -> Two {
    let texts = StandIn::start(Reply::json("201 Created", r#"{"sid":"SM1"}"#)).await;
    let calls = StandIn::start(calls).await;
    let (account_sid, auth_token, from) =
        ("AC1".to_owned(), Credential::new("token".to_owned()), "+15005550006".to_owned());
    let call = TwilioCall {
        url: calls.url(""),
        account_sid: account_sid.clone(),
        auth_token: auth_token.clone(),
        from: from.clone(),
    };
    let twilio = Twilio { url: texts.url(""), account_sid, auth_token, from, status_callback: None };
    let others: BTreeMap<_, _> = [(Channel::Call, OtherProvider::TwilioCall(call))].into();
    let clock: Arc<dyn Clock> = Arc::new(Then);
    let sender = SenderByChannel::new(Arc::new(sender(twilio)), &others, &clock).unwrap();
    Two { texts, calls, sender }
}

impl Two {
    async fn call(&self) -> SmsOutcome {
        self.sender.send(&call_to(PHONE, SmsLanguage::English)).await
    }

    fn counts(&self) -> (usize, usize) {
        (self.texts.received().len(), self.calls.received().len())
    }
}

#[tokio::test]
async fn a_call_is_no_text_and_a_text_is_no_call() {
    let two = texts_and_calls(Reply::json("201 Created", r#"{"sid":"CA1"}"#)).await;
    assert_eq!(two.call().await, SmsOutcome::accepted(Some("CA1")).told_by(twilio::NAME));
    assert_eq!(two.counts(), (0, 1));
    two.sender.send(&message_to(PHONE)).await;
    assert_eq!(two.counts(), (1, 1));
}

#[tokio::test]
async fn a_call_that_fails_becomes_no_text_and_five_leave_the_texts_alone() {
    let two = texts_and_calls(Reply::json("401 Unauthorized", r#"{"code":20003}"#)).await;
    for _ in 0..8 {
        assert_eq!(two.call().await.name(), "try_elsewhere");
    }
    assert_eq!(two.counts(), (0, 5), "after five failures in a row nobody is asked");
    assert_eq!(two.sender.send(&message_to(PHONE)).await.name(), "accepted");
}

#[tokio::test]
async fn a_way_that_nobody_goes_sends_nothing() {
    let clock: Arc<dyn Clock> = Arc::new(Then);
    let texts = StandIn::start(Reply::json("201 Created", r#"{"sid":"SM1"}"#)).await;
    let twilio = Twilio {
        url: texts.url(""),
        account_sid: "AC1".to_owned(),
        auth_token: Credential::new("token".to_owned()),
        from: "+15005550006".to_owned(),
        status_callback: None,
    };
    let alone = SenderByChannel::new(Arc::new(sender(twilio)), &BTreeMap::new(), &clock).unwrap();
    assert_eq!(alone.send(&call_to(PHONE, SmsLanguage::English)).await.name(), "try_elsewhere");
    assert!(texts.received().is_empty());
}
