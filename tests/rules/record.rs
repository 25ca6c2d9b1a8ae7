//! Every act leaves one event, in its order, and nothing of a person.

use sqlx::{Connection as _, Row as _, SqliteConnection};

use crate::support::{App, PHONE};

/// Kind, detail and number of every event so far, oldest first.
async fn events(app: &App) -> Vec<(String, String, Option<i64>)> {
    app.record.flush().await;
    let rows = sqlx::query("SELECT kind, detail, number FROM events ORDER BY id");
    let rows = rows.fetch_all(&mut connect(app).await).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

async fn connect(app: &App) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", app.database_path().display())).await.unwrap()
}

#[tokio::test]
async fn a_run_with_everything_in_it_is_recorded_in_its_order() {
    let app = App::start().await;
    let mut browser = app.browser();
    browser.request_code(PHONE).await;
    browser.verify_code(&app.wrong_code()).await;
    browser.verify_code("12").await;
    browser.resend_code().await;
    app.advance(30);
    app.take_provider_down();
    browser.resend_code().await;
    app.bring_provider_back();
    browser.resend_code().await;
    app.browser().request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    browser.get("/").await;
    browser.submit("/api/sign_out", &[]).await;
    let expected = [
        ("code_sent", "", None),
        ("code_not_accepted", "code_incorrect", Some(1)),
        ("limit_hit", "phone_wait", Some(30)),
        ("code_not_delivered", "", None),
        ("code_sent", "", None),
        ("limit_hit", "phone_wait", Some(60)),
        ("signed_in", "", None),
        ("signed_out", "", None),
    ];
    let expected: Vec<_> =
        expected.iter().map(|&(kind, detail, number)| (kind.to_owned(), detail.to_owned(), number)).collect();
    assert_eq!(events(&app).await, expected);
}

#[tokio::test]
async fn an_event_names_its_user_its_request_and_a_network_and_no_number() {
    let app = App::start().await;
    let mut browser = app.browser().at("203.0.113.7");
    browser.request_code(PHONE).await;
    browser.verify_code(&app.last_code()).await;
    app.record.flush().await;
    let sql = "SELECT user_id = (SELECT id FROM users), phone, network, browser, request, at_ms FROM events";
    for row in sqlx::query(sql).fetch_all(&mut connect(&app).await).await.unwrap() {
        assert_eq!(row.get::<i64, _>(0), 1);
        let phone: String = row.get(1);
        assert!(phone.ends_with("…67") && phone.chars().count() == 11, "{phone}");
        assert_eq!(row.get::<String, _>(2), "203.0.113.0/24");
        assert_eq!(row.get::<String, _>(3), "Unknown browser");
        assert_eq!(row.get::<String, _>(4).len(), 16);
        assert_eq!(row.get::<i64, _>(5), crate::support::START);
    }
}

#[tokio::test]
async fn what_happened_cannot_be_rewritten() {
    let app = App::start().await;
    app.browser().request_code(PHONE).await;
    app.record.flush().await;
    let mut connection = connect(&app).await;
    for change in [
        "UPDATE events SET kind = 'signed_in'",
        "UPDATE events SET user_id = 7",
        "UPDATE events SET at_ms = 0",
        "UPDATE events SET provider = 'vonage'",
        "UPDATE events SET reason = 'another'",
        "UPDATE events SET phone = 'somebody else'",
        "UPDATE events SET user_id = NULL, phone = '', network = '', browser = 'another'",
    ] {
        let error = sqlx::query(change).execute(&mut connection).await.unwrap_err();
        assert!(error.to_string().contains("events"), "{change}: {error}");
    }
    let forget = "UPDATE events SET user_id = NULL, phone = '', network = '', browser = ''";
    sqlx::query(forget).execute(&mut connection).await.unwrap();
}
