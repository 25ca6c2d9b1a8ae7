use axum::http::StatusCode;

use crate::support::{App, Browser, PHONE, count};

const DAY: i64 = 24 * 3600;

async fn signed_in(app: &App, phone: &str) -> Browser {
    let mut browser = app.browser();
    browser.request_code(phone).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
    browser
}

/// The handles in the forms of a page, in their order.
fn handles(page: &str, field: &str) -> Vec<String> {
    let inputs = page.split("<input ").filter(|input| input.contains(&format!("name=\"{field}\"")));
    let value = |input: &str| input.split("value=\"").nth(1)?.split('"').next().map(str::to_owned);
    inputs.filter_map(value).collect()
}

/// The same person on three devices, days apart.
async fn three_devices(app: &App) -> [Browser; 3] {
    let first = signed_in(app, PHONE).await;
    app.advance(DAY);
    let second = signed_in(app, PHONE).await;
    app.advance(DAY);
    [first, second, signed_in(app, PHONE).await]
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in() {
    let app = App::start().await;
    for path in ["/account", "/account/data.json"] {
        let answer = app.browser().get(path).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"), "{path}");
    }
    for act in
        ["end_session", "end_other_sessions", "end_all_sessions", "forget_device", "forget_all_devices"]
    {
        let fields = [("session", "x"), ("device", "x")];
        let answer = app.browser().fetch(&format!("/api/{act}"), &fields).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("session_missing"))
        );
        let answer = app.browser().submit(&format!("/api/{act}"), &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"), "{act}");
    }
}

/// A long answer, which a slow reader keeps in memory.
#[tokio::test]
async fn the_data_can_be_taken_away_five_times_a_minute() {
    let app = App::start().await;
    let (mut browser, mut other) = (signed_in(&app, PHONE).await, signed_in(&app, "+989127654321").await);
    for _ in 0..5 {
        assert_eq!(browser.get("/account/data.json").await.status, StatusCode::OK);
    }
    let refused = browser.get("/account/data.json").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
    assert!(refused.body.contains("Wait a minute and try again"), "{}", refused.body);
    assert_eq!(other.get("/account/data.json").await.status, StatusCode::OK, "somebody else");
    app.advance(60);
    assert_eq!(browser.get("/account/data.json").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_page_shows_every_session_and_device_and_no_more_of_the_number_than_its_end() {
    let app = App::start().await;
    let mut present = three_devices(&app).await.into_iter().last().unwrap();
    app.record.flush().await;
    let page = present.get("/account").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!((handles(&page.body, "session").len(), handles(&page.body, "device").len()), (3, 3));
    assert_eq!(page.body.matches("(this one)").count(), 2, "one session and one device");
    for part in ["Unknown browser", "3 January 2026", "Signed in", "A code was sent to your number", "•••67"]
    {
        assert!(page.body.contains(part), "{part} is not in {}", page.body);
    }
    for part in ["9121234567", "123 4567"] {
        assert!(!page.body.contains(part), "the page shows {part}");
    }
    let named: Vec<u8> = page.body.into_bytes();
    assert!(!named.is_empty() && page.headers["cache-control"] == "no-store");
}

#[tokio::test]
async fn one_session_is_ended_and_the_others_stay() {
    let app = App::start().await;
    let [mut first, mut second, mut present] = three_devices(&app).await;
    // The present one comes first, then the one seen last.
    let handles = handles(&present.get("/account").await.body, "session");
    let answer = present.submit("/api/end_session", &[("session", &handles[1])]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/account"));
    assert!(present.get("/account").await.body.contains("You are signed out there."));
    assert!(!second.is_signed_in().await, "it is over in the database");
    assert!(first.is_signed_in().await && present.is_signed_in().await);

    let answer = present.submit("/api/end_session", &[("session", &handles[0])]).await;
    assert_eq!(answer.location(), "/sign-in", "ending the present one signs out");
    assert!(!present.cookies.contains_key("session") && !present.is_signed_in().await);
}

#[tokio::test]
async fn all_other_sessions_or_all_are_ended() {
    let app = App::start().await;
    let [mut first, mut second, mut present] = three_devices(&app).await;
    present.submit("/api/end_other_sessions", &[]).await;
    assert!(!first.is_signed_in().await && !second.is_signed_in().await && present.is_signed_in().await);
    app.advance(DAY);
    let mut fourth = signed_in(&app, PHONE).await;
    let answer = present.submit("/api/end_all_sessions", &[]).await;
    assert_eq!(answer.location(), "/sign-in");
    assert!(!present.is_signed_in().await && !fourth.is_signed_in().await);
    assert_eq!(count(&app, "SELECT count(*) FROM sessions").await, 0);
}

#[tokio::test]
async fn a_strangers_session_and_device_are_out_of_reach() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    let mut stranger = signed_in(&app, "+98 912 765 4321").await;
    let page = owner.get("/account").await.body;
    let (session, device) = (handles(&page, "session"), handles(&page, "device"));
    for value in [session[0].as_str(), &device[0], "", "1", "%27 OR 1=1"] {
        stranger.submit("/api/end_session", &[("session", value)]).await;
        stranger.submit("/api/forget_device", &[("device", value)]).await;
    }
    assert!(owner.is_signed_in().await);
    assert_eq!(handles(&owner.get("/account").await.body, "device").len(), 1);
}

#[tokio::test]
async fn a_forgotten_browser_has_no_lane_any_more() {
    let app = App::start().await;
    let [mut first, _, mut present] = three_devices(&app).await;
    let devices = handles(&present.get("/account").await.body, "device");
    let answer = present.submit("/api/forget_device", &[("device", &devices[2])]).await;
    assert_eq!(answer.location(), "/account");
    app.advance(DAY);
    for _ in 0..2 {
        let mut stranger = app.browser();
        stranger.request_code(PHONE).await;
        for _ in 0..5 {
            stranger.verify_code(&app.wrong_code()).await;
        }
        app.advance(60);
    }
    assert_eq!(first.request_code(PHONE).await.status, StatusCode::TOO_MANY_REQUESTS, "it is a stranger now");
    assert_eq!(present.request_code(PHONE).await.status, StatusCode::OK);
    present.submit("/api/forget_all_devices", &[]).await;
    assert_eq!(count(&app, "SELECT count(*) FROM devices").await, 0);
}

#[tokio::test]
async fn the_download_holds_everything_of_the_user_and_nothing_of_anybody_else() {
    let app = App::start().await;
    signed_in(&app, "+98 912 765 4321").await;
    let mut owner = three_devices(&app).await.into_iter().last().unwrap();
    app.record.flush().await;
    let answer = owner.get("/account/data.json").await;
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"account.json\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let data = answer.json();
    assert_eq!(data["number"], "+989121234567");
    for (list, length) in [("sessions", 3), ("devices", 3), ("events", 6)] {
        assert_eq!(data[list].as_array().unwrap().len(), length, "{list}: {data}");
    }
    app.record.flush().await;
    assert_eq!(count(&app, "SELECT count(*) FROM events WHERE kind = 'data_downloaded'").await, 1);
}
