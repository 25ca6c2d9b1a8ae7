//! The cookies: their names, their flags, and what they carry.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, CookieJar, Key, SameSite, time::Duration};

use super::flash::Flash;
use crate::{
    domain::{challenge::ChallengeSecret, known_device::DeviceSecret, session::SessionSecret},
    server::state::Site,
};

/// How long an error or a notice waits for its page.
const FLASH_LIFETIME: Duration = Duration::minutes(1);

/// The cookies of one request. What cannot be read as ours is treated as absent.
pub struct Cookies<'a> {
    site: &'a Site,
    jar: CookieJar,
}

impl<'a> Cookies<'a> {
    /// Reads the `Cookie` headers. Where a name comes twice the first one counts, as browsers send the most specific
    /// first.
    pub fn from_headers(site: &'a Site, headers: &HeaderMap) -> Self {
        let mut jar = CookieJar::new();
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        for cookie in lines.flat_map(|line| Cookie::split_parse(line.to_owned())).flatten() {
            if jar.get(cookie.name()).is_none() {
                jar.add_original(cookie);
            }
        }
        Self { site, jar }
    }

    /// The session's secret, if the cookie looks like one.
    pub fn session(&self) -> Option<SessionSecret> {
        self.value("session").and_then(SessionSecret::parse)
    }

    /// The challenge's secret, if the cookie looks like one.
    pub fn challenge(&self) -> Option<ChallengeSecret> {
        self.value("challenge").and_then(ChallengeSecret::parse)
    }

    /// The device's secret, if the cookie looks like one.
    pub fn device(&self) -> Option<DeviceSecret> {
        self.value("device").and_then(DeviceSecret::parse)
    }

    /// The error or notice that the last form post left, if the cookie is one that this site encrypted.
    pub fn flash(&self) -> Option<Flash> {
        let cookie = self.jar.private(&flash_key(self.site)).get(&name(self.site, "flash"))?;
        serde_json::from_str(cookie.value()).ok()
    }

    /// Whether there is a flash cookie to clear, readable or not.
    pub fn has_flash(&self) -> bool {
        self.value("flash").is_some()
    }

    fn value(&self, base_name: &str) -> Option<&str> {
        self.jar.get(&name(self.site, base_name)).map(Cookie::value)
    }
}

/// A `Set-Cookie` header.
pub type SetCookie = HeaderValue;

/// Keeps the session as long as it can last.
pub fn set_session(site: &Site, secret: &SessionSecret) -> Option<SetCookie> {
    let lifetime = Duration::seconds(site.policy.session.absolute_timeout.num_seconds());
    header_value(&build(site, "session", secret.reveal(), lifetime))
}

/// Keeps the challenge as long as it can last.
pub fn set_challenge(site: &Site, secret: &ChallengeSecret) -> Option<SetCookie> {
    let lifetime = Duration::seconds(site.policy.challenge.lifetime.num_seconds());
    header_value(&build(site, "challenge", secret.reveal(), lifetime))
}

/// Keeps the device as long as browsers keep a cookie: it stays when the person signs out.
pub fn set_device(site: &Site, secret: &DeviceSecret) -> Option<SetCookie> {
    let lifetime = Duration::seconds(site.policy.retention.devices.num_seconds());
    header_value(&build(site, "device", secret.reveal(), lifetime))
}

/// Leaves an error or a notice for the next page: encrypted, for it may hold the number that was typed.
pub fn set_flash(site: &Site, flash: &Flash) -> Option<SetCookie> {
    let text = serde_json::to_string(flash).ok()?;
    let cookie = build(site, "flash", text, FLASH_LIFETIME);
    let mut jar = CookieJar::new();
    jar.private_mut(&flash_key(site)).add(cookie);
    jar.get(&name(site, "flash")).and_then(header_value)
}

/// Clears one of `session`, `challenge`, `device` and `flash`, with the flags it was set with.
pub fn clear(site: &Site, base_name: &str) -> Option<SetCookie> {
    header_value(&build(site, base_name, String::new(), Duration::ZERO))
}

/// `__Host-` binds a cookie to exactly this host over https (RFC 6265bis); plain http cannot carry it.
fn name(site: &Site, base_name: &str) -> String {
    if site.is_https { format!("__Host-{base_name}") } else { base_name.to_owned() }
}

fn build(site: &Site, base_name: &str, value: String, lifetime: Duration) -> Cookie<'static> {
    Cookie::build((name(site, base_name), value))
        .http_only(true)
        .secure(site.is_https)
        .same_site(SameSite::Lax)
        .path("/")
        .max_age(lifetime)
        .build()
}

fn header_value(cookie: &Cookie<'_>) -> Option<SetCookie> {
    HeaderValue::from_str(&cookie.to_string()).ok()
}

/// The library wants a signing and an encrypting half of 32 bytes each; a private jar uses the encrypting one.
fn flash_key(site: &Site) -> Key {
    let half = site.flash_key.reveal();
    Key::from(&[half.as_slice(), half.as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::ChaCha20Rng};

    use super::*;
    use crate::{domain::sign_in_error::SignInError, server::state::tests::site};

    fn set_cookie(value: Option<SetCookie>) -> String {
        value.unwrap().to_str().unwrap().to_owned()
    }

    fn with_cookie(line: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(line).unwrap());
        headers
    }

    #[test]
    fn cookies_over_https_are_bound_to_the_host() {
        let secret = SessionSecret::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let line = set_cookie(set_session(&site("https://example.com"), &secret));
        assert_eq!(
            line,
            format!(
                "__Host-session={}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000",
                secret.reveal()
            )
        );
        let line = set_cookie(clear(&site("https://example.com"), "challenge"));
        assert_eq!(line, "__Host-challenge=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0");
    }

    #[test]
    fn plain_http_has_the_same_cookies_without_the_prefix() {
        let secret = ChallengeSecret::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let line = set_cookie(set_challenge(&site("http://localhost:3000"), &secret));
        assert_eq!(
            line,
            format!("challenge={}; HttpOnly; SameSite=Lax; Path=/; Max-Age=600", secret.reveal())
        );
    }

    #[test]
    fn a_flash_comes_back_as_it_was_and_hides_what_it_holds() {
        let site = site("https://example.com");
        let flash = Flash {
            error: Some(SignInError::CodeIncorrect { guesses_left: 3 }),
            phone: "0912 123 4567; é".to_owned(),
            ..Flash::default()
        };
        let line = set_cookie(set_flash(&site, &flash));
        assert!(!line.contains("0912") && !line.contains("incorrect"), "{line}");
        let headers = with_cookie(line.split(';').next().unwrap());
        assert_eq!(Cookies::from_headers(&site, &headers).flash(), Some(flash));
    }

    #[test]
    fn garbage_is_treated_as_absent() {
        let site = site("http://localhost:3000");
        for line in [
            "session=x; challenge=; flash=%%%",
            "session",
            "=;=;=",
            "session=\u{e9}",
            "flash=AAAAAAAAAAAAAAAAAAAA",
        ] {
            let headers = with_cookie(line);
            let cookies = Cookies::from_headers(&site, &headers);
            assert!(
                cookies.session().is_none() && cookies.challenge().is_none() && cookies.flash().is_none(),
                "{line}"
            );
        }
    }
}
