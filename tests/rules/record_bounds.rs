//! What the record leaves out, so that nobody can fill it.

use super::{number_change::signed_in, record::events};
use crate::support::{self, App, PHONE, logged};

/// Else one account could fill the disk.
#[tokio::test]
async fn what_changes_nothing_is_no_event() {
    let app = App::start().await;
    let mut browser = signed_in(&app, PHONE).await;
    let before = events(&app).await;
    browser.submit("/api/end_other_sessions", &[]).await;
    browser.submit("/api/keep_account", &[]).await;
    browser.submit("/api/forget_all_devices", &[]).await;
    browser.submit("/api/forget_all_devices", &[]).await;
    let forgotten = ("devices_forgotten".to_owned(), String::new(), Some(1));
    assert_eq!(events(&app).await, [before, vec![forgotten]].concat());
}

/// It spends nothing, so that the record keeps none of it; the log does (REQUIREMENTS L-03).
#[test]
fn a_guess_at_a_code_that_is_over_is_told_in_the_log() {
    let ((), log) = logged(async || {
        let app = App::start().await;
        let mut browser = app.browser();
        browser.request_code(PHONE).await;
        app.advance(121);
        assert_eq!(browser.verify_code(&app.last_code()).await.json()["error"], "code_expired");
        assert_eq!(events(&app).await.len(), 1, "the sending");
    });
    let told = support::events(&log, "code_not_accepted");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["detail"], "code_expired");
    assert!(told[0]["phone"].as_str().unwrap().ends_with("…67"), "{told:?}");
}
