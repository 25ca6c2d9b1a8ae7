//! Every parser that meets what strangers write, and what must hold of it whatever they write. The fuzzer runs these, and
//! ordinary tests run them on the seeds beside them and on what damage makes of those.

mod providers;
mod smpp;
pub mod timed;
mod webhooks;

use std::{net::IpAddr, path::Path, sync::LazyLock};

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, CookieJar, Key};
use mobile_auth::{
    domain::{
        one_time_code::OneTimeCode,
        phone_number::{PhoneNumber, as_typed},
        recovery_code::RecoveryCode,
        region_code::RegionCode,
        served_regions::ServedRegions,
        site_key::SiteKey,
        undo_code::UndoCode,
    },
    server::{
        config::{Config, file::ConfigFile},
        http::{
            client_ip::client_address,
            cookies::{Cookies, set_flash},
            form_body,
        },
        state::Site,
    },
    ui::components::preferred_region::preferred_region,
};

pub use self::{
    providers::provider_answers,
    smpp::{smpp_pdus, smpp_receipts},
    webhooks::webhooks,
};

/// A name and what it feeds.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const ALL: &[Target] = &[
    ("phone_number", phone_number),
    ("one_time_code", one_time_code),
    ("recovery_code", recovery_code),
    ("undo_code", undo_code),
    ("form_body", form_body),
    ("cookies", cookies),
    ("flash", flash),
    ("accept_language", accept_language),
    ("forwarded_for", forwarded_for),
    ("configuration", configuration),
    ("webhooks", webhooks),
    ("provider_answers", provider_answers),
    ("smpp_pdus", smpp_pdus),
    ("smpp_receipts", smpp_receipts),
];

/// A number, and after a line feed the region. What is read is E.164 and reads as itself.
pub fn phone_number(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (number, region) = text.split_once('\n').unwrap_or((&text, ""));
    assert!(as_typed(number).len() <= 64);
    if let Ok(number) = PhoneNumber::parse(number, RegionCode::parse(region)) {
        let digits = number.e164().strip_prefix('+').unwrap();
        assert!(
            (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()),
            "{digits}"
        );
        assert_eq!(PhoneNumber::parse(number.e164(), None).as_ref(), Ok(&number));
        assert!(!format!("{number:?}").contains(&digits[..digits.len() - 2]));
    }
}

/// What is read as a code has six digits and is not shown.
pub fn one_time_code(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(code) = OneTimeCode::parse(&text) {
        assert!(text.chars().filter(|character| character.is_numeric()).count() >= 6, "{text:?}");
        assert!(!format!("{code:?}").bytes().any(|byte| byte.is_ascii_digit()));
    }
}

/// What is read as a code on paper reads as itself and is not shown.
pub fn recovery_code(data: &[u8]) {
    if let Some(code) = RecoveryCode::parse(&String::from_utf8_lossy(data)) {
        assert_eq!(code.reveal().len(), 19);
        assert_eq!(RecoveryCode::parse(&code.reveal()).as_ref(), Some(&code));
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
    }
}

/// The same of the code that takes an account back.
pub fn undo_code(data: &[u8]) {
    if let Some(code) = UndoCode::parse(&String::from_utf8_lossy(data)) {
        assert_eq!(code.reveal().len(), 9);
        assert_eq!(UndoCode::parse(&code.reveal()).as_ref(), Some(&code));
        assert_eq!(format!("{code:?}"), "UndoCode(…)");
    }
}

/// No field comes twice, and what was read reads the same when it is written again.
pub fn form_body(data: &[u8]) {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    let Some(fields) = form_body::parse(data) else { return };
    let write = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", write(name), write(value))).collect();
    assert_eq!(form_body::parse(pairs.join("&").as_bytes()).as_ref(), Some(&fields));
}

static SITE: LazyLock<Site> = LazyLock::new(|| {
    let config = Config::of(None, &Vec::new()).unwrap();
    config.site(&SiteKey::new([7; 32]))
});

/// What is no cookie of ours is none, and a flash cannot be forged.
pub fn cookies(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
    let cookies = Cookies::from_headers(&SITE, &headers);
    assert!(cookies.flash().is_none());
    let secrets =
        [cookies.session().map(|secret| secret.reveal()), cookies.challenge().map(|secret| secret.reveal())];
    for secret in secrets.into_iter().flatten() {
        assert!(String::from_utf8_lossy(data).contains(&secret), "{secret}");
    }
}

/// A flash that is sealed with our own key, whatever is in it: it is none, or comes back as it was.
pub fn flash(data: &[u8]) {
    let half = SITE.flash_key.reveal();
    let key = Key::from(&[half.as_slice(), half.as_slice()].concat());
    let mut jar = CookieJar::new();
    jar.private_mut(&key).add(Cookie::new("flash", String::from_utf8_lossy(data).into_owned()));
    let sealed = HeaderValue::from_str(&jar.get("flash").unwrap().to_string()).unwrap();
    let read = |line| Cookies::from_headers(&SITE, &HeaderMap::from_iter([(header::COOKIE, line)])).flash();
    if let Some(flash) = read(sealed) {
        let again = set_flash(&SITE, &flash).unwrap();
        let pair = again.to_str().unwrap().split(';').next().unwrap();
        assert_eq!(read(HeaderValue::from_str(pair).unwrap()), Some(flash));
    }
}

/// The region is one that is served.
pub fn accept_language(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value)]);
    let iran = RegionCode::parse("IR").unwrap();
    if let Some(region) = preferred_region(&headers, &ServedRegions::Only(vec![iran])) {
        assert_eq!(region, iran);
    }
    preferred_region(&headers, &ServedRegions::All);
}

/// Whoever is no proxy has their own address, whatever they write.
pub fn forwarded_for(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in data.split(|&byte| byte == b'\n') {
        let Ok(value) = HeaderValue::from_bytes(line) else { continue };
        headers.append("x-forwarded-for", value);
    }
    let (stranger, proxy): (IpAddr, IpAddr) = ([203, 0, 113, 9].into(), [10, 0, 0, 1].into());
    let trusted = ["10.0.0.0/8".parse().unwrap()];
    assert_eq!(client_address(stranger, &headers, &trusted), stranger);
    client_address(proxy, &headers, &trusted);
}

/// Whatever the file says, there is a configuration or a sentence.
pub fn configuration(data: &[u8]) {
    let file = ConfigFile::parse(Path::new("Leptos.toml"), &String::from_utf8_lossy(data));
    let fault = match file {
        Ok(file) => Config::of(Some(&file), &Vec::new()).err().map(|faults| faults.to_string()),
        Err(fault) => Some(fault.to_string()),
    };
    assert!(fault.is_none_or(|fault| !fault.is_empty()));
}
