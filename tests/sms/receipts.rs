//! What became of a message, from the provider's word to the operator's eyes.

use std::sync::Arc;

use mobile_auth::{
    domain::{
        phone_number::PhoneNumber,
        policy::SignInPolicy,
        receipt::{DeliveryState, Receipt},
        sms_outcome::{MessageId, Rejection, SmsOutcome},
        sms_route::ProviderName,
    },
    server::{
        receipts::Receipts,
        sms::{kavenegar, receipts::ReceiptSink as _, twilio, vonage},
        store::{
            Store as _,
            messages::{KnownMessage, MessageStore as _},
            sqlite::SqliteStore,
        },
    },
};

use crate::support::{App, PHONE};

async fn store(app: &App) -> SqliteStore {
    app.record.flush().await;
    SqliteStore::open(&format!("sqlite://{}", app.database_path().display())).await.unwrap()
}

/// What is known of the messages to the number, newest first.
pub async fn known(app: &App) -> Vec<KnownMessage> {
    store(app).await.find_messages_to(&PhoneNumber::parse(PHONE, None).unwrap(), 5).await.unwrap()
}

pub async fn states(app: &App) -> Vec<DeliveryState> {
    known(app).await.iter().map(|message| message.state).collect()
}

/// A code is sent, and the provider calls its message so.
pub async fn send(app: &App, provider: ProviderName, id: &str) {
    app.let_provider_say(SmsOutcome::accepted(Some(id)).told_by(provider));
    app.browser().request_code(PHONE).await;
}

fn tell(app: &App, provider: ProviderName, id: &str, state: DeliveryState) {
    let receipts = Receipts::new(app.record.clone(), app.clock());
    receipts.receive(Receipt { provider, id: MessageId::parse(id).unwrap(), state });
}

#[tokio::test]
async fn a_message_is_known_by_its_provider_and_name_and_late_news_changes_nothing() {
    let app = App::start().await;
    send(&app, twilio::NAME, "SM1").await;
    assert_eq!(states(&app).await, [DeliveryState::HandedOver]);
    tell(&app, twilio::NAME, "SM2", DeliveryState::Failed);
    tell(&app, vonage::NAME, "SM1", DeliveryState::Failed);
    assert_eq!(states(&app).await, [DeliveryState::HandedOver], "of other messages");
    app.advance(3);
    tell(&app, twilio::NAME, "SM1", DeliveryState::Delivered);
    let delivered = known(&app).await;
    assert_eq!(delivered[0].state, DeliveryState::Delivered);
    app.advance(3);
    for late in [DeliveryState::HandedOver, DeliveryState::Failed, DeliveryState::Delivered] {
        tell(&app, twilio::NAME, "SM1", late);
    }
    assert_eq!(known(&app).await, delivered);
}

#[tokio::test]
async fn a_receipt_that_comes_before_the_name_is_not_lost() {
    let app = App::start().await;
    tell(&app, twilio::NAME, "SM1", DeliveryState::Delivered);
    app.record.flush().await;
    send(&app, twilio::NAME, "SM1").await;
    app.record.flush().await;
    assert_eq!(states(&app).await, [DeliveryState::Delivered]);
}

#[tokio::test]
async fn a_receipt_that_comes_with_the_name_is_not_lost() {
    let app = App::start().await;
    tell(&app, twilio::NAME, "SM1", DeliveryState::Delivered);
    send(&app, twilio::NAME, "SM1").await;
    assert_eq!(states(&app).await, [DeliveryState::Delivered], "both were kept in one act");
}

#[tokio::test]
async fn without_a_name_nothing_is_kept() {
    let app = App::start().await;
    app.browser().request_code(PHONE).await;
    assert_eq!(states(&app).await, []);
    assert_eq!(app.last_sends(PHONE).await, "Its last codes:\n- 2026-01-01T00:00:00Z: handed over.\n");
}

#[tokio::test]
async fn the_doctor_says_what_became_of_the_last_messages() {
    let app = App::start().await;
    send(&app, twilio::NAME, "SM1").await;
    app.advance(4);
    tell(&app, twilio::NAME, "SM1", DeliveryState::Undeliverable(Rejection::OptedOut));
    app.advance(60);
    send(&app, kavenegar::NAME, "8792343").await;
    assert_eq!(
        app.last_sends(PHONE).await,
        "Its last codes:\n\
         - 2026-01-01T00:01:04Z by kavenegar: handed over, and no receipt since.\n\
         - 2026-01-01T00:00:00Z by twilio: handed over; receipt 4 s later: its owner told this sender to stop; they can text START to \
         it.\n"
    );
}

/// Of these no provider ever tells anything.
#[tokio::test]
async fn the_doctor_tells_of_codes_that_did_not_go_and_why() {
    let app = App::start().await;
    assert_eq!(app.last_sends(PHONE).await, "Nothing was sent to it that is still known.\n");
    for outcome in [
        SmsOutcome::Rejected(Rejection::BadNumber),
        SmsOutcome::elsewhere("there is no money in the account"),
        SmsOutcome::unknown("the provider did not answer in 5 s"),
    ] {
        app.let_provider_say(outcome);
        app.browser().request_code(PHONE).await;
        app.advance(301);
    }
    assert_eq!(
        app.last_sends(PHONE).await,
        "Its last codes:\n\
         - 2026-01-01T00:10:02Z: it may be on its way, or not: the provider did not answer in 5 s.\n\
         - 2026-01-01T00:05:01Z: no provider took it: there is no money in the account.\n\
         - 2026-01-01T00:00:00Z: rejected for good: there is no such number, or it takes no text messages.\n"
    );
    assert_eq!(app.last_sends("+989120000000").await, "Nothing was sent to it that is still known.\n");
}

#[tokio::test]
async fn the_doctor_forgets_the_codes_of_a_number_with_its_user() {
    let app = App::start().await;
    app.browser().request_code(PHONE).await;
    assert!(app.last_sends(PHONE).await.contains("handed over"));
    let policy = SignInPolicy::default();
    app.advance(policy.retention.inactive_users.num_seconds() + 1);
    let store = store(&app).await;
    for _ in 0..2 {
        store.delete_expired(app.clock().now(), &policy.retention, &policy.session).await.unwrap();
    }
    assert_eq!(app.last_sends(PHONE).await, "Nothing was sent to it that is still known.\n");
}

#[tokio::test]
async fn a_message_of_a_provider_that_is_no_more_is_still_told_of() {
    let app = App::start().await;
    send(&app, ProviderName::new("pigeon"), "1").await;
    assert_eq!(
        app.last_sends(PHONE).await,
        "Its last codes:\n- 2026-01-01T00:00:00Z by pigeon: handed over, and no receipt since.\n"
    );
}

#[tokio::test]
async fn messages_go_with_their_attempt_and_news_of_them_then_is_ignored() {
    let app = App::start().await;
    send(&app, twilio::NAME, "SM1").await;
    let store = Arc::new(store(&app).await);
    let policy = SignInPolicy::default();
    app.advance(policy.retention.attempts.num_seconds() + 1);
    store.delete_expired(app.clock().now(), &policy.retention, &policy.session).await.unwrap();
    tell(&app, twilio::NAME, "SM1", DeliveryState::Delivered);
    assert_eq!(states(&app).await, []);
}

#[tokio::test]
async fn the_page_of_the_code_says_what_is_known_of_the_newest_message_and_nothing_where_nothing_is() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    app.record.flush().await;
    assert!(!browser.get("/sign-in/code").await.body.contains("id=\"message\""), "no name, no word");
    for (wait, id, state, said) in [
        (31, "SM1", DeliveryState::HandedOver, "The phone network has the message."),
        (61, "SM2", DeliveryState::Delivered, "The message is on your phone."),
        (
            121,
            "SM3",
            DeliveryState::Undeliverable(Rejection::OptedOut),
            "Text START to where our texts come from",
        ),
    ] {
        app.advance(wait);
        app.let_provider_say(SmsOutcome::accepted(Some(id)).told_by(twilio::NAME));
        assert_eq!(browser.resend_code().await.status, 200, "{id}");
        tell(&app, twilio::NAME, id, state);
        app.record.flush().await;
        let page = browser.get("/sign-in/code").await.body;
        assert_eq!(page.matches("role=\"status\"").count(), 1, "{page}");
        assert!(page.contains(said), "{said} is not in\n{page}");
    }
    app.let_provider_say(SmsOutcome::unknown("the provider fell silent"));
    app.advance(301);
    assert_eq!(browser.resend_code().await.status, 200);
    assert!(!browser.get("/sign-in/code").await.body.contains("id=\"message\""), "of an earlier code");
}
