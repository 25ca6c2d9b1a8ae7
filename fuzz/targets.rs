//! Every parser that meets what strangers write, and what must hold of it whatever they write. The fuzzer runs these, and
//! ordinary tests run them on the small corpus beside them.

use std::{io::Write as _, net::IpAddr, sync::LazyLock};

use axum::http::{HeaderMap, HeaderValue, header};
use mobile_auth::{
    domain::{
        one_time_code::OneTimeCode,
        phone_number::{PhoneNumber, as_typed},
        region_code::RegionCode,
        served_regions::ServedRegions,
        site_key::SiteKey,
    },
    server::{
        config::Config,
        http::{client_ip::client_address, cookies::Cookies, form_body},
        state::Site,
    },
    ui::components::preferred_region::preferred_region,
};

/// A name and what it feeds.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const ALL: &[Target] = &[
    ("phone_number", phone_number),
    ("one_time_code", one_time_code),
    ("form_body", form_body),
    ("cookies", cookies),
    ("accept_language", accept_language),
    ("forwarded_for", forwarded_for),
    ("configuration", configuration),
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

/// No field comes twice, and what was read reads the same when it is written again.
pub fn form_body(data: &[u8]) {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    let Some(fields) = form_body::parse(data) else { return };
    let write = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}={}", write(name), write(value))).collect();
    assert_eq!(form_body::parse(pairs.join("&").as_bytes()).as_ref(), Some(&fields));
}

/// What is no cookie of ours is none, and a flash cannot be forged.
pub fn cookies(data: &[u8]) {
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        let config = Config::load(None, &Vec::new()).unwrap();
        config.site(&SiteKey::new([7; 32]))
    });
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
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(data).unwrap();
    if let Err(faults) = Config::load(Some(file.path()), &Vec::new()) {
        assert!(!faults.to_string().is_empty());
    }
}
