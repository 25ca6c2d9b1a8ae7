//! The message speaks the language that its reader's browser asks for, in that very request.

use super::number_change::{change, signed_in};
use crate::support::{App, PHONE};

#[tokio::test]
async fn each_message_is_in_the_language_of_its_request() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.languages = Some("fa-IR,fa;q=0.9,en;q=0.8");
    browser.request_code(PHONE).await;
    app.advance(31);
    browser.languages = Some("de");
    browser.resend_code().await;
    app.advance(61);
    browser.languages = Some("xx-YY, *;q=0.5");
    browser.resend_code().await;
    let texts: Vec<_> = app.messages().into_iter().map(|message| message.text).collect();
    for (text, sentence) in
        texts.iter().zip(["کد ورود شما به mobile-auth", "ist Ihr Code", "is your mobile-auth code"])
    {
        assert!(text.contains(sentence), "{sentence} is not in {text}");
        assert_eq!(text.lines().last(), Some(&*format!("@localhost #{}", &text[..6])));
    }
    assert_eq!(texts.len(), 3);
    browser.verify_code(&app.last_code()).await;
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn no_header_breaks_a_request() {
    let app = App::start().await;
    for (number, languages) in ["", ",,;q=", "fa;q=NaN", "zh-TW", "-", "en;q=9e99"].into_iter().enumerate() {
        let mut browser = app.browser();
        browser.languages = Some(languages);
        let answer = browser.request_code(&format!("+9891{number}2345678")).await;
        assert_eq!(answer.status, axum::http::StatusCode::OK, "{languages:?}");
        assert!(app.messages().last().unwrap().text.contains("is your"), "{languages:?}");
    }
}

#[tokio::test]
async fn the_notice_to_a_former_number_is_in_the_sites_language_and_in_that_of_the_change() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    owner.languages = Some("tr,en;q=0.5");
    let before = app.messages().len();
    change(&app, &mut owner, "+98 912 765 4321").await;
    let messages = app.messages();
    let notices = messages.iter().skip(before).filter(|message| message.to.e164() == "+989121234567");
    let texts: Vec<_> = notices.map(|message| message.text.as_str()).collect();
    let starts =
        ["Your mobile-auth account has another number now.", "mobile-auth hesabınızın telefonu değişti."];
    assert_eq!(texts.len(), starts.len(), "{texts:?}");
    for (text, start) in texts.iter().zip(starts) {
        assert!(text.starts_with(start), "{text}");
    }
}
