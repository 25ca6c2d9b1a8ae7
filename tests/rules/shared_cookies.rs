//! A device cookie in two jars: whoever copied it, or was given it, has nothing of their own by it.

use crate::support::{App, Browser, PHONE};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

async fn signed_in(app: &App, phone: &str) -> Browser {
    let mut browser = app.browser();
    browser.request_code(phone).await;
    assert_eq!(browser.verify_code(&app.last_code()).await.status, 200);
    browser
}

/// A jar elsewhere that holds nothing but the device cookie of this one.
fn copy_of(app: &App, owner: &Browser) -> Browser {
    let mut copy = app.browser();
    copy.cookies.insert("device".to_owned(), owner.cookies["device"].clone());
    copy
}

#[tokio::test]
async fn two_jars_with_one_cookie_have_ten_wrong_guesses_a_day_between_them() {
    let app = App::start().await;
    let owner = signed_in(&app, PHONE).await;
    app.advance(DAY);
    let mut jars = [owner.clone(), copy_of(&app, &owner)];
    let mut judged = [0, 0];
    for turn in 0..4 {
        let jar = &mut jars[turn % 2];
        if jar.request_code(PHONE).await.status == 200 {
            for _ in 0..5 {
                judged[turn % 2] += usize::from(jar.verify_code(&app.wrong_code()).await.status == 422);
            }
        }
        app.advance(HOUR);
    }
    assert_eq!(judged, [5, 5]);
    for jar in &mut jars {
        assert_eq!(jar.request_code(PHONE).await.status, 429);
    }
}

#[tokio::test]
async fn two_jars_with_one_cookie_have_three_codes_an_hour_between_them() {
    let app = App::start().await;
    let owner = signed_in(&app, PHONE).await;
    app.advance(DAY);
    for wait in [30, 60, 120, 300, 300] {
        assert_eq!(app.browser().request_code(PHONE).await.status, 200);
        app.advance(wait);
    }
    let mut jars = [owner.clone(), copy_of(&app, &owner)];
    let before = app.messages().len();
    for turn in 0..60 {
        // An attempt of its own each time, so that no jar is told of the one that it waits for.
        let jar = &mut jars[turn % 2];
        jar.cookies.remove("challenge");
        jar.request_code(PHONE).await;
        app.advance(40);
    }
    assert_eq!(app.messages().len() - before, 3);
}
