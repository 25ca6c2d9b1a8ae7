//! The browser goes away in the middle of a verification: it happened, or it did not.

use std::time::Duration;

use super::{
    running::Folder,
    visitor::{HALF_DONE, count, database, open, request_code, serve_with_outbox, verification, verify_code},
};

#[tokio::test]
async fn a_browser_that_goes_away_at_any_millisecond_leaves_nothing_half_done() {
    let folder = Folder::new();
    let (server, outbox) = serve_with_outbox(&folder, &[]);
    let mut signed_in = 0;
    for milliseconds in 0..=30 {
        let phone = format!("98912{milliseconds:07}");
        let (challenge, code) = request_code(server.address, &outbox, &phone).unwrap();
        let stream = open(server.address, &verification(server.address, &challenge, &code)).unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        drop(stream);
        assert_eq!(count(&folder, HALF_DONE).await, 0, "after {milliseconds} ms");
        // Either it was in time, and the code is used; or the request never came, and the code is good.
        let again = verify_code(server.address, &challenge, &code).unwrap();
        assert!(again.status == 200 || again.text.contains("challenge_missing"), "{}", again.text);
        signed_in += 1;
        assert_eq!(
            count(&folder, "SELECT count(*) FROM sessions").await,
            signed_in,
            "after {milliseconds} ms"
        );
    }
    let inactive = "SELECT count(*) FROM users WHERE is_active = 0";
    let left: i64 = sqlx::query_scalar(inactive).fetch_one(&mut database(&folder).await).await.unwrap();
    assert_eq!(left, 0);
}
