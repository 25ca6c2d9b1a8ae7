use axum::http::StatusCode;
use mobile_auth::domain::{region_code::RegionCode, served_regions::ServedRegions};
use serde_json::json;

use crate::support::{App, PHONE, Settings};

#[tokio::test]
async fn a_fetch_gets_the_challenge_cookie_and_where_to_go() {
    let app = App::start().await;
    let answer = app.browser().request_code(PHONE).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::OK, "/sign-in/code"));
    assert!(answer.headers.contains_key("serverfnredirect"));
    assert!(answer.set_cookies()[0].starts_with("challenge="));
    let messages = app.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].to.e164(), "+989121234567");
    assert_eq!(messages[0].text.lines().last(), Some(format!("@localhost #{}", app.last_code()).as_str()));
}

#[tokio::test]
async fn a_form_post_is_sent_on_with_a_303() {
    let app = App::start().await;
    let answer =
        app.browser().submit("/api/request_code", &[("phone", "0912 123 4567"), ("region", "IR")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in/code"));
    assert!(!answer.headers.contains_key("serverfnredirect"));
    assert_eq!(app.messages().len(), 1);
}

#[tokio::test]
async fn every_spelling_is_one_account_with_one_wait() {
    let app = App::start().await;
    let spellings = [
        "+98 912 123 4567",
        "0098-912-123-4567",
        "۰۹۱۲ ۱۲۳ ۴۵۶۷",
        "(0912) 123.4567",
        "\u{202a}+989121234567\u{202c}",
    ];
    for spelling in spellings {
        app.browser().fetch("/api/request_code", &[("phone", spelling), ("region", "IR")]).await;
    }
    assert_eq!(app.messages().len(), 1, "the other spellings have to wait as the first one does");
}

#[tokio::test]
async fn a_number_that_is_none_is_refused_with_its_reason() {
    let app = App::start().await;
    let faults = [
        ("", "", "empty"),
        ("0912 123 4567", "", "region_needed"),
        ("0912 1", "IR", "too_short"),
        ("+44 77OO 9OO123", "", "not_digits"),
        ("021 2345 6789", "IR", "not_mobile"),
        ("+98 912\r\n1234567", "", "not_digits"),
    ];
    for (phone, region, reason) in faults {
        let answer = app.browser().fetch("/api/request_code", &[("phone", phone), ("region", region)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{phone:?}");
        assert_eq!(answer.json(), json!({ "error": "phone_invalid", "reason": reason }), "{phone:?}");
        assert!(answer.set_cookies().is_empty());
    }
    assert!(app.messages().is_empty());
}

#[tokio::test]
async fn a_failed_form_post_returns_to_its_page_with_the_error_and_the_input() {
    let app = App::start().await;
    let mut browser = app.browser();
    let answer = browser.submit("/api/request_code", &[("phone", "0912 1 <b>"), ("region", "IR")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/sign-in"));
    assert!(!answer.everything().contains("0912"), "the input travels encrypted");
    let page = browser.get("/sign-in").await;
    assert!(page.body.contains("0912 1 &lt;b&gt;"), "the input is kept, escaped");
    assert!(page.body.contains("<title>Error: "));
    let page = browser.get("/sign-in").await;
    assert!(
        !page.body.contains("0912 1") && !page.body.contains("<title>Error: "),
        "the error is shown once"
    );
}

#[tokio::test]
async fn countries_that_are_not_served_get_no_message() {
    let served_regions = ServedRegions::Only(RegionCode::parse("IR").into_iter().collect());
    let app = App::start_with(Settings { served_regions, ..Settings::default() }).await;
    let answer = app.browser().request_code("+44 7400 123456").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json(), json!({ "error": "region_not_served" }));
    assert!(app.messages().is_empty());
    assert_eq!(app.browser().request_code(PHONE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_same_number_again_in_the_same_browser_waits_without_an_error() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let cookies = browser.cookies.clone();
    let again = browser.request_code(PHONE).await;
    assert_eq!((again.status, again.location()), (StatusCode::OK, "/sign-in/code"));
    assert_eq!(browser.cookies, cookies, "the challenge under way goes on");
    assert_eq!(app.messages().len(), 1);
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_browser_has_to_wait_and_is_told_how_long() {
    let app = App::start().await;
    app.browser().request_code(PHONE).await;
    app.advance(12);
    let answer = app.browser().request_code(PHONE).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json(), json!({ "error": "too_many_requests", "retry_after_seconds": 18 }));
    assert_eq!(answer.header("retry-after"), "18");
    assert_eq!(app.messages().len(), 1);
}

/// One of each kind that libphonenumber knows and that gets no texts (REQUIREMENTS S-07), and what is too short to be a number.
#[tokio::test]
async fn a_number_of_a_kind_that_gets_no_texts_is_refused_and_nothing_is_sent() {
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberType as Kind};

    let app = App::start().await;
    for (phone, kind) in [
        ("+1 800 234 5678", Kind::TollFree),
        ("+44 808 157 0000", Kind::TollFree),
        ("+1 900 234 5678", Kind::PremiumRate),
        ("+44 909 879 0000", Kind::PremiumRate),
        ("+49 1801 234567", Kind::SharedCost),
        ("+39 848 123456", Kind::SharedCost),
        ("+49 164 123 4567", Kind::Pager),
        ("+44 7640 123456", Kind::Pager),
        ("+98 21 2345 6789", Kind::FixedLine),
        ("+44 121 234 5678", Kind::FixedLine),
        ("+44 56 1234 5678", Kind::VoIP),
        ("+44 70 1234 5678", Kind::PersonalNumber),
        ("+44 55 1234 5678", Kind::UAN),
        ("+49 177 99 1234567", Kind::VoiceMail),
    ] {
        let known = PHONE_NUMBER_UTIL.parse(phone, None).unwrap();
        assert!(known.is_valid() && known.get_type() == kind, "{phone} is {:?}", known.get_type());
        let answer = app.browser().request_code(phone).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{phone}");
        assert_eq!(answer.json(), json!({ "error": "phone_invalid", "reason": "not_mobile" }), "{phone}");
    }
    for (phone, region) in
        [("911", "US"), ("999", "GB"), ("112", "DE"), ("110", "IR"), ("72345", "US"), ("61016", "GB")]
    {
        let answer = app.browser().fetch("/api/request_code", &[("phone", phone), ("region", region)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{phone}");
        assert_eq!(answer.json(), json!({ "error": "phone_invalid", "reason": "too_short" }), "{phone}");
    }
    let mut browser = app.browser();
    browser.submit("/api/request_code", &[("phone", "+44 909 879 0000"), ("region", "")]).await;
    let page = browser.get("/sign-in").await.body;
    assert!(page.contains("That number cannot get text messages."), "{page}");
    assert!(app.messages().is_empty());
}

#[tokio::test]
async fn a_new_challenge_ends_the_earlier_one_of_the_same_browser() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    let (old_jar, old_code) = (browser.cookies.clone(), app.last_code());
    app.advance(30);
    browser.request_code(PHONE).await;
    let mut old = app.browser();
    old.cookies = old_jar;
    assert_eq!(old.verify_code(&old_code).await.json()["error"], "challenge_missing");
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_message_that_cannot_be_sent_uses_nothing_up() {
    let app = App::start().await;
    let mut browser = app.browser();
    app.take_provider_down();
    let answer = browser.request_code(PHONE).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert_eq!(answer.json(), json!({ "error": "delivery_failed" }));
    app.bring_provider_back();
    assert_eq!(
        browser.request_code(PHONE).await.status,
        StatusCode::OK,
        "no wait for a message that never went"
    );
}
