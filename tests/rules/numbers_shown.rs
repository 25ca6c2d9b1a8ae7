//! Where a number is shown: in the fields it was typed into, and nowhere else but for its last two digits.

use super::{
    number_change::signed_in,
    recovery::{make, recover},
};
use crate::support::{Answer, App, Browser, PHONE};

const DAY: i64 = 24 * 3600;
const NEW: &str = "+98 912 765 4321";

/// Three digits and more of a number's end, as anybody might write them.
const ENDS: [&str; 4] = ["34567", "123 4567", "54321", "765 4321"];

/// No address and no title of ours holds a number, whatever the page.
async fn at(browser: &mut Browser, path: &str) -> Answer {
    let answer = browser.get(path).await;
    holds_none_outside(&answer, path);
    answer
}

async fn submit(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = browser.submit(path, fields).await;
    holds_none_outside(&answer, path);
    answer
}

fn holds_none_outside(answer: &Answer, path: &str) {
    let title = answer.body.split("<title>").nth(1).map_or("", |rest| rest.split("</title>").next().unwrap());
    assert_eq!(title.is_empty(), answer.status.is_redirection(), "{path} has a title");
    for end in ENDS {
        assert!(!answer.location().contains(end), "{path} leads to {}", answer.location());
        assert!(!title.contains(end), "{path} is titled {title}");
    }
    let digits: String = answer.location().chars().filter(char::is_ascii_digit).collect();
    assert!(!digits.contains("4567") && !digits.contains("4321"), "{path} leads to {}", answer.location());
}

/// Nor does the page.
async fn shows_none(browser: &mut Browser, path: &str) -> String {
    let answer = at(browser, path).await;
    for end in ENDS {
        assert!(!answer.body.contains(end), "{path} shows {end}: {}", answer.body);
    }
    answer.body
}

#[tokio::test]
async fn no_address_and_no_title_of_the_entry_holds_the_number() {
    let app = App::start().await;
    let mut browser = app.browser();
    at(&mut browser, "/sign-in").await;
    for phone in ["12", "+98 912 123 45678", PHONE] {
        submit(&mut browser, "/api/request_code", &[("phone", phone), ("region", "IR")]).await;
        at(&mut browser, "/sign-in").await;
    }
    assert!(
        at(&mut browser, "/sign-in/code").await.body.contains(PHONE),
        "here it is checked by whoever typed it"
    );
    submit(&mut browser, "/api/resend_code", &[]).await;
    at(&mut browser, "/sign-in/code").await;
    for _ in 0..6 {
        submit(&mut browser, "/api/verify_code", &[("code", &app.wrong_code())]).await;
        at(&mut browser, "/sign-in/code").await;
    }
    at(&mut browser, "/sign-in?edit").await;
    for path in ["/recover", "/undo", "/nowhere"] {
        shows_none(&mut browser, path).await;
    }
    for (act, page) in [("/api/recover", "/recover"), ("/api/undo_change", "/undo")] {
        submit(&mut browser, act, &[("phone", PHONE), ("region", ""), ("code", "12")]).await;
        at(&mut browser, page).await;
        shows_none(&mut browser, page).await;
    }
}

#[tokio::test]
async fn whoever_is_signed_in_sees_the_last_two_digits_alone() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.record.flush().await;
    let paths = [
        "/",
        "/account",
        "/account/number",
        "/recover",
        "/undo",
        "/sign-in",
        "/account/in-doubt",
        "/nowhere",
    ];
    for path in paths {
        shows_none(&mut owner, path).await;
    }
    assert!(shows_none(&mut owner, "/account").await.contains("•••67"));
    submit(&mut owner, "/api/make_recovery_codes", &[]).await;
    shows_none(&mut owner, "/account/recovery-codes").await;
    for act in ["/api/delete_account", "/api/keep_account", "/api/end_other_sessions"] {
        submit(&mut owner, act, &[]).await;
        shows_none(&mut owner, "/account").await;
    }
    app.advance(60);
    submit(&mut owner, "/api/confirm", &[]).await;
    assert!(shows_none(&mut owner, "/sign-in/code").await.contains("•••67"), "nobody has typed it here");
    submit(&mut owner, "/api/verify_code", &[("code", &app.last_code())]).await;
    shows_none(&mut owner, "/account").await;

    submit(&mut owner, "/api/change_number", &[("phone", NEW), ("region", "")]).await;
    let page = at(&mut owner, "/sign-in/code").await.body;
    assert!(page.contains(NEW) && !page.contains("34567"), "the one that was typed: {page}");
    submit(&mut owner, "/api/verify_code", &[("code", &app.last_code())]).await;
    app.record.flush().await;
    assert!(shows_none(&mut owner, "/account").await.contains("•••21"));
    for path in paths {
        shows_none(&mut owner, path).await;
    }
    submit(&mut owner, "/api/sign_out", &[]).await;
    shows_none(&mut owner, "/sign-in").await;
}

#[tokio::test]
async fn whose_account_is_in_doubt_or_who_came_by_a_recovery_code_sees_no_more() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    let codes = make(&mut owner).await;
    let mut back = app.browser();
    assert_eq!(recover(&mut back, PHONE, &codes[0]).await.status, 200);
    for path in ["/account", "/"] {
        shows_none(&mut back, path).await;
    }
    app.advance(200 * DAY);
    let mut stranger = signed_in(&app, PHONE).await;
    assert!(shows_none(&mut stranger, "/account/in-doubt").await.contains("•••67"));
    for path in ["/", "/account", "/account/number"] {
        shows_none(&mut stranger, path).await;
    }
}
