//! Requests that nobody sends by accident, drawn from a seed.

use std::fmt;

use axum::http::header;
use mobile_auth::server::http::router::{act_paths, other_paths, page_paths};
use rand::{RngExt as _, rngs::ChaCha20Rng};

use crate::support::Browser;

const METHODS: [&str; 10] =
    ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"];

/// Paths that are none of ours, or are nearly.
const STRANGE_PATHS: [&str; 16] = [
    "/pkg/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/.env",
    "/.git/config",
    "//evil.test/",
    "/sign-in/code/",
    "/api/",
    "/api/request_code/",
    "/api/%72equest_code",
    "/%00",
    "/%ff%fe",
    "/a%0d%0aset-cookie:x=1",
    "/webhooks/sms/http/word",
    "/webhooks/sms/twilio",
    "/webhooks/sms/%00/%ff",
    "/dev/inbox",
];

/// Values that mean something to some parser behind us.
const STRANGE_VALUES: [&[u8]; 24] = [
    b"",
    b" ",
    b"0",
    b"-1",
    b"1e309",
    b"999999999999999999999999",
    b"null",
    b"[]",
    b"{}",
    b"%",
    b"%zz",
    b"%00",
    b"%ff%fe",
    b"%F0%9F%98%80",
    b"' or 1=1 --",
    b"'; drop table users; --",
    b"<script>alert(1)</script>",
    b"{{7*7}}",
    b"../../../etc/passwd",
    b"%0d%0aset-cookie: x=1",
    b"https://evil.test/",
    b"\xff\xfe\xfd",
    b"\xe2\x80\xae\xd9\xa1\xd9\xa2\xd9\xa3",
    b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
];

const FIELDS: [&str; 8] = ["phone", "region", "code", "session", "device", "channel", "phone%5B%5D", "__err"];

const STRANGE_HEADERS: [&str; 18] = [
    "accept",
    "accept-language",
    "accept-encoding",
    "content-type",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "if-none-match",
    "last-event-id",
    "origin",
    "range",
    "referer",
    "sec-fetch-site",
    "transfer-encoding",
    "user-agent",
    "x-forwarded-for",
];

/// What is to be sent.
pub struct Wanted {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> =
            self.headers.iter().map(|(name, value)| format!("{name}: {}", value.escape_ascii())).collect();
        write!(f, "{} {} {headers:?} {:?}", self.method, self.target, self.body.escape_ascii().to_string())
    }
}

pub struct Hostile {
    random: ChaCha20Rng,
    paths: Vec<String>,
}

impl Hostile {
    pub fn new(random: ChaCha20Rng) -> Self {
        let paths = page_paths().into_iter().chain(other_paths()).map(str::to_owned).chain(act_paths());
        Self { random, paths: paths.collect() }
    }

    pub fn one_in(&mut self, many: usize) -> bool {
        self.random.random_range(0..many) == 0
    }

    fn one_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.random.random_range(0..choices.len())]
    }

    /// From a person with these cookies and this number.
    pub fn request(&mut self, browser: &Browser, phone: &str) -> Wanted {
        let path = self.path();
        // Most are as a browser would ask, so that they get past the doors.
        let is_act = path.starts_with("/api/");
        let method = if self.one_in(5) {
            self.one_of(&METHODS)
        } else if is_act {
            "POST"
        } else {
            "GET"
        };
        let query = self.query();
        let headers = self.headers(browser);
        Wanted { method: method.to_owned(), target: path + &query, headers, body: self.body(phone) }
    }

    fn path(&mut self) -> String {
        if self.one_in(6) {
            return self.one_of(&STRANGE_PATHS).to_owned();
        }
        let place = self.random.random_range(0..self.paths.len());
        let path = self.paths[place].clone();
        match self.random.random_range(0..20) {
            0 => path + "/",
            1 => path + "/%00",
            2 => path.to_uppercase(),
            3 => format!("{path}/{}", "a".repeat(3_000)),
            _ => path,
        }
    }

    fn query(&mut self) -> String {
        if !self.one_in(3) {
            return String::new();
        }
        let field = self.one_of(&FIELDS);
        let value = self.value();
        let kept: String =
            value.iter().filter(|byte| byte.is_ascii_graphic()).map(|&byte| char::from(byte)).collect();
        let kept = kept.replace(['#', '<', '>', '{', '}', '"', '`'], "");
        format!("?{field}={kept}&__path=%2Fsign-in&next=https://evil.test")
    }

    fn value(&mut self) -> Vec<u8> {
        match self.random.random_range(0..4) {
            0 => (0..self.random.random_range(0..60)).map(|_| self.random.random_range(0..=255)).collect(),
            1 => self.one_of(&STRANGE_VALUES).repeat(self.random.random_range(1..40)),
            _ => self.one_of(&STRANGE_VALUES).to_vec(),
        }
    }

    fn headers(&mut self, browser: &Browser) -> Vec<(String, Vec<u8>)> {
        let genuine: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookie =
            if self.one_in(4) { self.spoilt(&genuine.join("; ")) } else { genuine.join("; ").into_bytes() };
        let accept: &str = self.one_of(&["text/html", "application/json", "*/*"]);
        let mut headers = vec![
            (header::HOST.to_string(), b"localhost:3000".to_vec()),
            (header::ACCEPT.to_string(), accept.as_bytes().to_vec()),
            (header::COOKIE.to_string(), cookie),
            (header::CONTENT_TYPE.to_string(), b"application/x-www-form-urlencoded".to_vec()),
            ("sec-fetch-site".to_owned(), b"same-origin".to_vec()),
        ];
        for _ in 0..self.random.random_range(0..3) {
            let name = self.one_of(&STRANGE_HEADERS).to_owned();
            // Bytes that no header can hold never come this far: the server answers them with a 400 by itself.
            let value = self.value().into_iter().filter(|&byte| byte >= b' ' && byte != 0x7f).collect();
            if self.one_in(2) {
                headers.retain(|(known, _)| *known != name);
            }
            headers.push((name, value));
        }
        headers
    }

    /// With a byte changed, cut off, doubled, or under another name.
    fn spoilt(&mut self, cookie: &str) -> Vec<u8> {
        let mut bytes = cookie.as_bytes().to_vec();
        let place = self.random.random_range(0..=bytes.len());
        match self.random.random_range(0..4) {
            0 if place < bytes.len() => bytes[place] = self.random.random_range(b'!'..=b'~'),
            1 => bytes.truncate(place),
            2 => bytes.extend_from_slice(&[b"; ", cookie.as_bytes()].concat()),
            _ => {
                return cookie
                    .replace("challenge=", "x=")
                    .replace("session=", "challenge=")
                    .replace("x=", "session=")
                    .into_bytes();
            }
        }
        bytes
    }

    fn body(&mut self, phone: &str) -> Vec<u8> {
        match self.random.random_range(0..10) {
            0 => self.value(),
            1 => vec![b'x'; self.random.random_range(4_000..6_000)],
            2 => b"phone=1&phone=2".to_vec(),
            _ => self.form(phone),
        }
    }

    /// What a form of ours sends, with something strange in one of its fields.
    fn form(&mut self, phone: &str) -> Vec<u8> {
        let phone = phone.replace('+', "%2B");
        let code = format!("{:06}", self.random.random_range(0..1_000_000));
        let mut form =
            format!("phone={phone}&region=IR&code={code}&session=x&device=x&channel=").into_bytes();
        if self.one_in(2) {
            let field = self.one_of(&FIELDS);
            let value = self.value();
            form = [format!("{field}=").as_bytes(), &value, b"&", &form].concat();
            if self.one_in(2) {
                // Once only, or it would be refused as a repeated field.
                form = [format!("{field}=").as_bytes(), &value, format!("&more={code}").as_bytes()].concat();
            }
        }
        form
    }
}
