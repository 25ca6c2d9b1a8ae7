//! The countries that are served, and the operator who changes them beside a running server.

use axum::http::StatusCode;
use mobile_auth::domain::{region_code::RegionCode, served_regions::ServedRegions};

use super::number_change::signed_in;
use crate::support::{App, PHONE, Settings};

const BRITISH: &str = "+44 7400 123456";

async fn serving(served_regions: ServedRegions) -> App {
    App::start_with(Settings { served_regions, ..Settings::default() }).await
}

#[tokio::test]
async fn a_country_that_the_operator_adds_is_offered_everywhere_and_gets_codes_until_it_is_taken_away() {
    let app = serving(ServedRegions::Only(RegionCode::parse("IR").into_iter().collect())).await;
    let mut browser = app.browser();
    assert_eq!(browser.request_code(BRITISH).await.json()["error"], "region_not_served");
    assert!(!browser.get("/sign-in").await.body.contains("<option value=GB"));

    app.operator(&["set", "countries", "ir, GB"]).await.unwrap();
    let mut member = signed_in(&app, PHONE).await;
    for (browser, page) in [(&mut browser, "/sign-in"), (&mut member, "/account/number")] {
        let page = browser.get(page).await.body;
        assert!(page.contains("<option value=GB") && page.contains("<option value=IR"), "{page}");
        assert!(!page.contains("<option value=DE"), "{page}");
    }
    for page in ["/recover", "/undo"] {
        assert!(browser.get(page).await.body.contains("<option value=GB"), "{page}");
    }
    assert_eq!(browser.request_code(BRITISH).await.status, StatusCode::OK);
    assert_eq!(browser.request_code("+49 1512 3456789").await.json()["error"], "region_not_served");

    app.operator(&["unset", "countries"]).await.unwrap();
    app.advance(31);
    assert_eq!(browser.submit("/api/resend_code", &[]).await.location(), "/sign-in/code");
    let page = browser.get("/sign-in/code").await.body;
    assert!(page.contains("We no longer send codes to this number’s country."), "{page}");
    assert_eq!(browser.verify_code(&app.last_code()).await.status, StatusCode::OK, "the code it has is good");
}

#[tokio::test]
async fn a_country_that_the_operator_leaves_out_is_closed_at_once() {
    let app = serving(ServedRegions::All).await;
    app.operator(&["set", "countries", "IR"]).await.unwrap();
    let mut browser = app.browser();
    browser.submit("/api/request_code", &[("phone", BRITISH), ("region", "")]).await;
    let page = browser.get("/sign-in").await.body;
    assert!(page.contains("Use a mobile number from Iran") && !page.contains("<option value=GB"), "{page}");
    assert!(app.messages().is_empty());
    assert_eq!(browser.request_code(PHONE).await.status, StatusCode::OK);
}
