use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU32, Ordering},
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower::ServiceExt as _;

/// A cookie jar with a router behind it.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    origin: &'static str,
    pub cookies: BTreeMap<String, String>,
    /// Where it is: a place of its own for each, so that the limits of one do not meet another.
    pub address: IpAddr,
    /// What it, or a proxy, writes into `X-Forwarded-For`.
    pub forwarded_for: Option<String>,
    /// What it wants pages and messages to be written in.
    pub languages: Option<&'static str>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect()
    }

    /// The nonce of the page's forms.
    pub fn form_nonce(&self) -> Option<&str> {
        let (_, after) = self.body.split_once(r#"name="nonce" value=""#)?;
        after.split('"').next()
    }

    /// Everything a network observer or a log of answers would hold.
    pub fn everything(&self) -> String {
        format!("{} {:?} {}", self.status, self.headers, self.body)
    }
}

impl Browser {
    pub fn new(router: Router, origin: &'static str) -> Self {
        static BORN: AtomicU32 = AtomicU32::new(0);
        // Networks of 256 addresses from 10.0.1.0 on.
        let network = BORN.fetch_add(1, Ordering::Relaxed) + 1;
        let address = Ipv4Addr::from((10 << 24) | (network << 8) | 1);
        Self {
            router,
            origin,
            cookies: BTreeMap::new(),
            address: address.into(),
            forwarded_for: None,
            languages: None,
        }
    }

    /// The same cookies in another place.
    pub fn at(&self, address: &str) -> Self {
        Self { address: address.parse().unwrap(), ..self.clone() }
    }

    /// The same cookies in front of another process.
    pub fn moved_to(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await
    }

    /// Posts as an island does, by `fetch`.
    pub async fn fetch(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post(path, "application/json", &encode(fields)).await
    }

    /// Posts as a form does without JavaScript.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post(path, "text/html,application/xhtml+xml,*/*;q=0.8", &encode(fields)).await
    }

    pub async fn post(&mut self, path: &str, accept: &str, body: &str) -> Answer {
        let request = Request::post(path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, self.origin)
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Sends a request with the cookies of the jar, and keeps those of the answer.
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if !self.cookies.is_empty() && !request.headers().contains_key(header::COOKIE) {
            let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request.headers_mut().insert(header::COOKIE, pairs.join("; ").parse().unwrap());
        }
        let host = self.origin.split_once("://").unwrap().1.parse().unwrap();
        request.headers_mut().entry(header::HOST).or_insert(host);
        if let Some(forwarded_for) = &self.forwarded_for {
            request.headers_mut().insert("x-forwarded-for", forwarded_for.parse().unwrap());
        }
        if let Some(languages) = self.languages {
            request.headers_mut().insert(header::ACCEPT_LANGUAGE, languages.parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.address, 50_000)));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        };
        for line in answer.set_cookies() {
            let (pair, flags) = line.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if flags.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    pub async fn request_code(&mut self, phone: &str) -> Answer {
        self.fetch("/api/request_code", &[("phone", phone), ("region", "")]).await
    }

    pub async fn resend_code(&mut self) -> Answer {
        self.fetch("/api/resend_code", &[]).await
    }

    pub async fn verify_code(&mut self, code: &str) -> Answer {
        self.fetch("/api/verify_code", &[("code", code)]).await
    }

    /// Whether home greets this browser.
    pub async fn is_signed_in(&mut self) -> bool {
        self.get("/").await.status == StatusCode::OK
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    pairs.join("&")
}
