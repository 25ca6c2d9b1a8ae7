//! A device cookie in two jars: whoever copied it, or was given it, has nothing of their own by it.

use crate::support::{App, Browser, PHONE};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const OTHER: &str = "+98 912 765 4321";

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

/// Uses up every wrong guess that strangers have at the number in a day.
async fn burn(app: &App) {
    for _ in 0..2 {
        let mut stranger = app.browser();
        assert_eq!(stranger.request_code(PHONE).await.status, 200);
        for _ in 0..5 {
            stranger.verify_code(&app.wrong_code()).await;
        }
        app.advance(60);
    }
    assert_eq!(app.browser().request_code(PHONE).await.status, 429);
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

#[tokio::test]
async fn a_copy_that_signs_in_with_its_own_number_takes_nothing_from_the_owner() {
    let app = App::start().await;
    let mut owner = signed_in(&app, PHONE).await;
    app.advance(DAY);
    let mut copy = copy_of(&app, &owner);
    let stolen = copy.clone();
    copy.request_code(OTHER).await;
    assert_eq!(copy.verify_code(&app.last_code()).await.status, 200);
    burn(&app).await;
    assert_eq!(owner.request_code(PHONE).await.status, 200, "the owner's browser has its lane still");
    assert_eq!(owner.verify_code(&app.last_code()).await.status, 200);
    app.advance(HOUR);
    for mut jar in [stolen, copy] {
        jar.cookies.remove("challenge");
        assert_eq!(jar.request_code(PHONE).await.status, 429, "the copy ended with the owner's sign-in");
    }
    assert_eq!(owner.request_code(PHONE).await.status, 200);
}
