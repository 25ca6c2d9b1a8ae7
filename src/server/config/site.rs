//! `[site]`: what the site is called, where it is, and what it looks like. Its key is [`super::secret_key`]'s.

use super::{
    fault::Complaint,
    reader::{Environment, Reader, quoted},
    setting::Setting,
    site_url::SiteUrl,
};
use crate::server::sms::message::SITE_NAME_MAX_CHARACTERS;

/// Tried out or real.
pub const ENVIRONMENT: Setting = Setting::new("site", "environment").or("development");
/// Where browsers find the site. Its default is this machine with the port of `LEPTOS_SITE_ADDR`.
pub const URL: Setting = Setting::new("site", "url");
/// Shown in headings, titles and the message.
pub const NAME: Setting = Setting::new("site", "name").or("mobile-auth");
/// A CSS colour, `#rrggbb`.
pub const BRAND_COLOUR: Setting = Setting::new("site", "brand_colour");
/// Path or https address of the logo.
pub const LOGO_URL: Setting = Setting::new("site", "logo_url");
/// Where people without their phone get help.
pub const HELP_URL: Setting = Setting::new("site", "help_url");
/// 32 bytes in base64.
pub const SECRET_KEY: Setting = Setting::new("site", "secret_key").secret();
/// A file that holds the same.
pub const SECRET_KEY_FILE: Setting = Setting::new("site", "secret_key_file");
/// Networks whose `X-Forwarded-For` is believed.
pub const TRUSTED_PROXIES: Setting = Setting::new("site", "trusted_proxies");
/// Says in plain words that production may use the console or the outbox.
pub const ALLOW_DEVELOPMENT_SMS: Setting = Setting::new("site", "allow_development_sms").or("false");

/// What `[site]` says, the key aside.
#[derive(Debug)]
pub struct SiteSettings {
    /// Where browsers find the site.
    pub url: SiteUrl,
    /// At most 20 characters that cost one septet each in a message.
    pub name: String,
    /// `#rrggbb` in lower case.
    pub brand_colour: Option<String>,
    /// Begins with `/` or `https://`.
    pub logo_url: Option<String>,
    /// Begins with `mailto:` or `https://`.
    pub help_url: Option<String>,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
}

/// Reads which environment this is.
pub fn environment(reader: &mut Reader) -> Environment {
    let choices = [("development", Environment::Development), ("production", Environment::Production)];
    reader.choice(&ENVIRONMENT, &choices)
}

/// Reads `[site]`.
pub fn read(reader: &mut Reader, environment: Environment) -> SiteSettings {
    SiteSettings {
        url: reader.required(&URL, SiteUrl::default(), |value| {
            SiteUrl::parse(Reader::text(value)?, environment == Environment::Production)
        }),
        name: reader.required(&NAME, String::new(), |value| name(Reader::text(value)?)),
        brand_colour: reader.optional(&BRAND_COLOUR, |value| colour(Reader::text(value)?)),
        logo_url: reader
            .optional(&LOGO_URL, |value| address(Reader::text(value)?, &["/", "https://"], "/logo.svg")),
        help_url: reader.optional(&HELP_URL, |value| {
            address(Reader::text(value)?, &["mailto:", "https://"], "mailto:help@example.com")
        }),
        trusted_proxies: reader
            .optional(&TRUSTED_PROXIES, |value| value.entries().into_iter().map(network).collect())
            .unwrap_or_default(),
    }
}

/// The message must stay one segment: only characters of GSM-7's basic table that ASCII has too, for `^{}\[]~|` cost
/// two places and anything else turns the whole message into UCS-2 with 70 characters a segment (3GPP TS 23.038).
fn name(text: &str) -> Result<String, Complaint> {
    let fits = |character: char| matches!(character, ' '..='~') && !"^{}\\[]~|`".contains(character);
    if let Some(character) = text.chars().find(|&character| !fits(character)) {
        let problem = format!("has “{}”, which would split the SMS in two", character.escape_debug());
        let remedy = "Write plain letters, digits and punctuation, without ^ { } \\ [ ] ~ | and `.";
        return Err(Complaint::new(problem, remedy));
    }
    let length = text.chars().count();
    if length > SITE_NAME_MAX_CHARACTERS {
        let problem = format!("has {length} characters, so that the SMS would be split in two");
        return Err(Complaint::new(problem, format!("Write at most {SITE_NAME_MAX_CHARACTERS}.")));
    }
    Ok(text.to_owned())
}

fn colour(text: &str) -> Result<String, Complaint> {
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(Complaint::new(quoted(text), "Write a colour such as #1d4ed8: # and six hexadecimal digits."))
}

fn address(text: &str, beginnings: &[&str], example: &str) -> Result<String, Complaint> {
    let begins =
        beginnings.iter().any(|&beginning| text.len() > beginning.len() && text.starts_with(beginning));
    // A path that begins with two slashes names another host.
    let is_plain =
        text.chars().all(|character| character.is_ascii_graphic() && !"\"'<>\\".contains(character));
    if begins && is_plain && !text.starts_with("//") {
        return Ok(text.to_owned());
    }
    let remedy = format!("Write an address that begins with {}: {example}.", beginnings.join(" or "));
    Err(Complaint::new(quoted(text), remedy))
}

fn network(text: &str) -> Result<ipnet::IpNet, Complaint> {
    let single = || text.parse::<std::net::IpAddr>().ok().map(ipnet::IpNet::from);
    let network = text.parse::<ipnet::IpNet>().ok().or_else(single).ok_or_else(|| {
        let problem = format!("has “{}”, which is no network", text.escape_debug());
        Complaint::new(problem, "Write addresses or networks with commas between: 10.0.0.0/8, ::1.")
    })?;
    if network.prefix_len() == 0 {
        let remedy = "Name the networks of your proxies; all others could claim any address.";
        return Err(Complaint::new(format!("has {network}, which trusts everyone"), remedy));
    }
    Ok(network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_must_leave_the_sms_in_one_segment() {
        for good in ["mobile-auth", "Shop & Co. (24/7)", "nnnnnnnnnnnnnnnnnnnn"] {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
        for bad in ["nnnnnnnnnnnnnnnnnnnnn", "Café", "ایران", "a|b", "a`b", "a\nb", "[x]"] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_colour_is_six_hexadecimal_digits() {
        assert_eq!(colour("#1D4ED8").as_deref(), Ok("#1d4ed8"));
        for bad in ["1d4ed8", "#fff", "#12345g", "red", "#1d4ed8;x"] {
            assert!(colour(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_address_cannot_leave_its_attribute_or_name_another_scheme() {
        let logo = |text| address(text, &["/", "https://"], "/logo.svg");
        assert!(logo("/logo.svg").is_ok() && logo("https://cdn.example.com/l.svg").is_ok());
        for bad in ["//evil.example", "javascript:alert(1)", "/a\"b", "/", "http://x", "/a b", "/<x>"] {
            assert!(logo(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network_but_not_everyone() {
        assert_eq!(network("10.1.2.3/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(network("::1").unwrap().to_string(), "::1/128");
        for bad in ["0.0.0.0/0", "::/0", "10.0.0.0/33", "proxy.example.com", "10.0.0"] {
            assert!(network(bad).is_err(), "{bad:?}");
        }
    }
}
