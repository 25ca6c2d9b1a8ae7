//! Headers, methods, media types and origins, on every route.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use mobile_auth::server::http::router::{act_paths, other_paths, page_paths};

use crate::support::{App, Browser, PHONE, Settings};

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(
    browser: &mut Browser,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> crate::support::Answer {
    let mut request = Request::post(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn posts_from_elsewhere_are_refused_on_every_act() {
    let app = App::start_with(Settings { origin: "https://example.com", ..Settings::default() }).await;
    let foreign: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://example.com")],
        &[("origin", "null")],
        &[("origin", "https://evil.test")],
        &[("origin", "http://example.com")],
    ];
    for path in &act_paths() {
        for headers in foreign {
            let headers = [headers, &[("content-type", FORM)]].concat();
            let answer = post(&mut app.browser(), path, &headers, "phone=%2B989121234567&code=123456").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert_eq!(answer.json()["error"], "cross_site_request");
        }
    }
    assert!(app.messages().is_empty());
    for headers in [[("sec-fetch-site", "same-origin")], [("origin", "https://example.com")]] {
        let headers = [&headers[..], &[("content-type", FORM)]].concat();
        let answer = post(&mut app.browser(), "/api/resend_code", &headers, "").await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "our own pages may post");
    }
}

#[tokio::test]
async fn other_media_types_are_refused() {
    let app = App::start().await;
    for media_type in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json",
        "",
        "application/x-www-form-urlencodedx",
    ] {
        for path in &act_paths() {
            let headers = [("sec-fetch-site", "same-origin"), ("content-type", media_type)];
            let answer = post(&mut app.browser(), path, &headers, "phone=%2B989121234567").await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {media_type:?}");
        }
    }
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/X-WWW-form-urlencoded; charset=utf-8"),
    ];
    let answer = post(&mut app.browser(), "/api/resend_code", &headers, "").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_refused_form_post_is_a_plain_page() {
    let app = App::start().await;
    let headers = [("accept", "text/html"), ("content-type", FORM)];
    let answer = post(&mut app.browser(), "/api/request_code", &headers, "phone=1").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.header("content-type"));
    assert!(answer.body.contains("/sign-in"), "there is a way on");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = App::start_with(Settings { origin: "https://example.com", ..Settings::default() }).await;
    let mut browser = app.browser();
    let mut answers = vec![browser.request_code(PHONE).await];
    for path in [
        "/",
        "/sign-in",
        "/sign-in/code",
        "/nowhere",
        "/healthz",
        "/readyz",
        "/pkg/nothing.js",
        "/api/sign_out",
    ] {
        answers.push(browser.get(path).await);
    }
    answers.push(browser.post("/api/request_code", "text/html", &"x".repeat(5000)).await);
    for answer in answers {
        let what = answer.everything();
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{what}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{what}");
        assert_eq!(
            answer.header("strict-transport-security"),
            "max-age=63072000; includeSubDomains",
            "{what}"
        );
        assert!(answer.header("permissions-policy").contains("otp-credentials=(self)"), "{what}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{what}");
        assert_eq!(answer.header("cache-control"), "no-store", "{what}");
        assert!(
            !answer.headers.contains_key("server")
                && !answer.headers.contains_key("access-control-allow-origin")
        );
        if !answer.body.is_empty() {
            assert!(!answer.header("content-type").is_empty(), "{what}");
        }
    }
}

#[tokio::test]
async fn pages_have_a_policy_with_a_nonce_of_their_own() {
    let app = App::start().await;
    let mut browser = app.browser();
    let policies = [browser.get("/sign-in").await, browser.get("/sign-in").await].map(|page| {
        let policy = page.header("content-security-policy").to_owned();
        for part in [
            "default-src 'none'",
            "'strict-dynamic' 'wasm-unsafe-eval'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
        ] {
            assert!(policy.contains(part), "{part} is missing in {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert!(!page.body.contains(" style=") && !page.body.contains("<style"), "no inline style");
        policy
    });
    assert_ne!(policies[0], policies[1]);
}

#[tokio::test]
async fn nothing_in_a_request_steers_a_redirect_or_writes_on_a_page() {
    let app = App::start().await;
    let mut browser = app.browser();
    for path in &act_paths() {
        let request = Request::post(format!("{path}?next=https://evil.test"))
            .header("x-forwarded-host", "evil.test")
            .header(header::REFERER, "https://evil.test/page")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, FORM)
            .header("sec-fetch-site", "same-origin");
        let answer = browser
            .send(request.body(Body::from("phone=%2B989121234567&code=000000&session=x&device=x")).unwrap())
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(page_paths().contains(&answer.location()), "{path}: {}", answer.location());
    }
    assert!(
        app.messages()[0].text.ends_with(&format!("@localhost #{}", app.last_code())),
        "the host is configured"
    );
    let page = app.browser().get("/sign-in?__path=%2Fapi%2Frequest_code&__err=TUFSS0VS&marker=MARKER").await;
    assert!(!page.body.contains("MARKER"));
}

#[tokio::test]
async fn methods_without_a_meaning_are_405_and_paths_without_one_404() {
    let app = App::start().await;
    let pages = page_paths().into_iter().map(str::to_owned);
    let others = other_paths().into_iter().map(str::to_owned);
    let webhooks = ["/webhooks/sms/http".to_owned(), "/webhooks/sms/http/word".to_owned()];
    let (reads, writes) = ([Method::GET, Method::HEAD].as_slice(), [Method::POST].as_slice());
    let both = [Method::GET, Method::HEAD, Method::POST];
    let known = pages.chain(others).map(|path| (path, reads));
    let known = known.chain(act_paths().into_iter().map(|path| (path, writes)));
    for (path, meant) in known.chain(webhooks.map(|path| (path, both.as_slice()))) {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "BREW"]
        {
            let method: Method = method.parse().unwrap();
            let request =
                Request::builder().method(&method).uri(&path).header("sec-fetch-site", "same-origin");
            let answer = app.browser().send(request.body(Body::empty()).unwrap()).await;
            let is_refused = answer.status == StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(is_refused, !meant.contains(&method), "{method} {path}: {}", answer.status);
        }
    }
    for path in ["/nowhere", "/api/nothing", "/pkg/../Cargo.toml", "/.env", "/hash.txt"] {
        assert_eq!(app.browser().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let long = format!("/{}", "a".repeat(3_000));
    let strange = ["/%00", "/pkg/%00", "/%ff", "/sign-in/%zz"].map(|path| (path, StatusCode::BAD_REQUEST));
    for (path, status) in strange.into_iter().chain([(long.as_str(), StatusCode::NOT_FOUND)]) {
        for method in [Method::GET, Method::HEAD] {
            let request = Request::builder().method(&method).uri(path).body(Body::empty()).unwrap();
            assert_eq!(app.browser().send(request).await.status, status, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn requests_for_another_host_are_misdirected() {
    let app = App::start_with(Settings { origin: "https://example.com", ..Settings::default() }).await;
    for (method, path) in
        [(Method::GET, "/sign-in"), (Method::GET, "/nowhere"), (Method::POST, "/api/request_code")]
    {
        for host in ["evil.test", "example.com:3000", "127.0.0.1:3000", "localhost", "example.com.evil.test"]
        {
            let request = Request::builder().method(&method).uri(path).header(header::HOST, host);
            let request = request.header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, FORM);
            let body = Body::from("phone=%2B989121234567");
            let answer = app.browser().send(request.body(body).unwrap()).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{method} {path} {host}");
            assert_eq!(answer.json()["error"], "host_unknown");
            assert!(!answer.everything().contains(host), "{}", answer.everything());
        }
    }
    assert!(app.messages().is_empty());
    let request =
        Request::get("/sign-in").header(header::HOST, "evil.test").header(header::ACCEPT, "text/html");
    let page = app.browser().send(request.body(Body::empty()).unwrap()).await;
    assert!(page.body.contains("<h1>That is not this site"), "a browser gets a page: {}", page.body);
    for probe in ["/healthz", "/readyz"] {
        let request = Request::get(probe).header(header::HOST, "10.0.0.7:3000").body(Body::empty());
        assert_eq!(app.browser().send(request.unwrap()).await.status, StatusCode::OK, "{probe}");
    }
}

#[tokio::test]
async fn in_development_the_site_answers_by_its_loopback_addresses_too() {
    let app = App::start().await;
    for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000"] {
        let request = Request::get("/sign-in").header(header::HOST, host).body(Body::empty()).unwrap();
        assert_eq!(app.browser().send(request).await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn health_is_told_without_a_cookie() {
    let app = App::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = app.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.set_cookies().is_empty());
    }
}
