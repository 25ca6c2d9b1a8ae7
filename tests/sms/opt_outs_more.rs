//! STOP and START as Plivo, Infobip, and a provider that the configuration describes pass them on; and what of them is remembered.

use axum::{body::Body, http::Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{
    opt_outs::{asked, rename, sent, stopped, text, twilio_tells},
    webhooks::{self, ORIGIN, SECRET, call},
    webhooks_more::{self, INFOBIP, NONCE, PLIVO, signed_by_plivo},
};
use crate::{
    rules::number_change::{ask, signed_in},
    support::{App, PHONE, count},
};

async fn plivo_tells(app: &App, form: &str) {
    let signature = signed_by_plivo(&format!("{ORIGIN}{PLIVO}"));
    let headers = [NONCE, ("x-plivo-signature-v2", signature.as_str())];
    assert_eq!(call(app, PLIVO, &headers, form).await, 204, "{form}");
}

#[tokio::test]
async fn plivos_texts_are_heard_as_plivo_understands_them() {
    let app = webhooks_more::app().await;
    let stop = "MessageUUID=1&From=989121234567&To=15005550006&Type=sms&Text=STOP&MessageIntent=optout";
    assert_eq!(call(&app, PLIVO, &[NONCE], stop).await, 403);
    assert_eq!(asked(&app).await, sent(1));
    plivo_tells(&app, stop).await;
    assert_eq!(asked(&app).await, stopped(1));
    plivo_tells(&app, "MessageUUID=2&From=989121234567&Type=sms&Text=start&MessageIntent=").await;
    plivo_tells(&app, stop).await;
    assert_eq!(asked(&app).await, sent(2), "and a copy of the first changes nothing");
    plivo_tells(&app, "MessageUUID=3&From=989121234567&Type=sms&Text=STOP&MessageIntent=help").await;
    plivo_tells(&app, "MessageUUID=4&Status=delivered&From=989121234567&To=15005550006").await;
    plivo_tells(&app, "MessageUUID=5&From=989121234567&Type=mms&Body=STOP").await;
    app.advance(60);
    assert_eq!(asked(&app).await, sent(3));
}

fn infobip_text(id: &str, text: &str, received_at: &str) -> Value {
    json!({ "messageId": id, "from": "989121234567", "to": "15005550006", "text": text, "cleanText": "", "keyword": text,
        "receivedAt": received_at, "smsCount": 1 })
}

#[tokio::test]
async fn infobips_texts_come_many_at_once_and_are_heard_by_their_times() {
    let app = webhooks_more::app().await;
    app.advance(60);
    let tell = async |texts: &[Value]| {
        assert_eq!(call(&app, INFOBIP, &[], json!({ "results": texts }).to_string()).await, 204);
    };
    let early = infobip_text("1", "STOP", "2026-01-01T00:00:10.000+0000");
    let late = infobip_text("2", "Start", "2026-01-01T03:00:20.500+0300");
    let strange = [json!({}), infobip_text("a b", "STOP", ""), infobip_text("3", "stop by!", "")];
    tell(&[late, early, strange[0].clone(), strange[1].clone(), strange[2].clone()]).await;
    assert_eq!(asked(&app).await, sent(1));
    tell(&[infobip_text("4", "stop", "yesterday")]).await;
    assert_eq!(asked(&app).await, stopped(1));
    let path = "/webhooks/sms/infobip/wrong";
    let start = json!({ "results": [infobip_text("5", "START", "")] }).to_string();
    assert_eq!(call(&app, path, &[], start).await, 403);
    assert_eq!(asked(&app).await, stopped(1));
}

#[tokio::test]
async fn a_described_providers_texts_are_heard_where_the_configuration_says_they_stand() {
    let app = webhooks::app().await;
    let own = format!("/webhooks/sms/http/{SECRET}");
    let tell = async |id: &str, body: &str| {
        let text = json!({ "text": { "id": id, "from": "+989121234567", "body": body } });
        call(&app, &own, &[], text.to_string()).await.as_u16()
    };
    assert_eq!(tell("1", "unsubscribe").await, 204);
    assert_eq!(asked(&app).await, stopped(0));
    assert_eq!(tell("2", "START").await, 204);
    assert_eq!(tell("1", "unsubscribe").await, 204, "a copy");
    assert_eq!(asked(&app).await, sent(1));
    assert_eq!(tell("", "STOP").await, 400, "a text without a name");
    assert_eq!(tell("3", "").await, 400, "neither a text nor a receipt");
    let receipt = json!({ "message": { "id": 17, "state": "DELIVRD" } }).to_string();
    assert_eq!(call(&app, &own, &[], receipt).await, 204, "receipts as before");
    let request =
        Request::get(format!("{own}?%2Ftext%2Fid=4&%2Ftext%2Ffrom=989121234567&%2Ftext%2Fbody=Quit"));
    let request = request.header("host", "example.com").body(Body::empty()).unwrap();
    assert_eq!(app.router.clone().oneshot(request).await.unwrap().status(), 204, "by GET");
    assert_eq!(asked(&app).await, stopped(1));
}

#[tokio::test]
async fn a_word_that_changes_nothing_is_no_event() {
    let app = webhooks::app().await;
    let words = ["START", "YES", "STOP", "STOP", "CANCEL", "START", "UNSTOP"];
    for (number, word) in words.iter().enumerate() {
        twilio_tells(&app, &[text(&format!("SM{number}"), word)]).await;
    }
    app.record.flush().await;
    let events = "SELECT count(*) FROM events WHERE kind IN ('texts_stopped', 'texts_started')";
    assert_eq!(count(&app, events).await, 2);
}

/// A notice is no code, and asks by itself whether it may go.
#[tokio::test]
async fn nobody_is_told_of_a_change_who_said_stop_or_of_whom_that_is_not_known() {
    for is_known in [true, false] {
        let app = webhooks::app().await;
        let mut owner = signed_in(&app, PHONE).await;
        let code = ask(&app, &mut owner, "+98 912 765 4321").await;
        let before = app.messages().len();
        if is_known {
            twilio_tells(&app, &[text("SM1", "STOP")]).await;
        } else {
            rename(&app, "ALTER TABLE opt_outs RENAME TO elsewhere").await;
        }
        assert_eq!(owner.verify_code(&code).await.status.as_u16(), 200, "the change stands");
        assert_eq!(app.messages().len(), before);
        app.record.flush().await;
        let told = "SELECT count(*) FROM events WHERE kind = 'number_changed' AND detail = 'not_told'";
        assert_eq!(count(&app, told).await, 1);
    }
}
