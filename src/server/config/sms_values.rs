//! What the sections of SMS providers are made of: addresses, credentials, names.

use std::{net::IpAddr, path::Path};

use hyper::Uri;

use super::{
    fault::Complaint,
    reader::{Reader, quoted},
    setting::{Setting, Source},
};
use crate::server::sms::http_provider::Credential;

const CREDENTIAL_REMEDY: &str = "Write it as the provider shows it, without spaces or line breaks.";

/// The address of a provider's API, without a slash at its end.
pub fn service_url(reader: &mut Reader, setting: &Setting) -> Option<String> {
    reader.optional(setting, |value| {
        let text = Reader::text(value)?;
        check_url(text)?;
        Ok(text.trim_end_matches('/').to_owned())
    })
}

/// Codes travel to it: over TLS, or within one machine or private network.
///
/// # Errors
/// What is wrong with it.
pub fn check_url(text: &str) -> Result<(), Complaint> {
    const REMEDY: &str = "Write an https address: https://sms.example.com/send (http only for this machine or a private \
         network's address).";
    let url: Uri = text.parse().map_err(|_| Complaint::new("is no address", REMEDY))?;
    let host = url.host().unwrap_or_default();
    match url.scheme_str() {
        Some("https") if !host.is_empty() => Ok(()),
        Some("http") if is_near(host) => Ok(()),
        _ => Err(Complaint::new("is not https: codes could be read on the way", REMEDY)),
    }
}

/// Whether a host is this machine, or at a private network's address.
pub fn is_near(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => host == "localhost",
    }
}

/// A required word without spaces, such as an account's name.
pub fn graphic(reader: &mut Reader, setting: &Setting, what: &str) -> Option<String> {
    if reader.given(setting).is_none() {
        let problem = "is missing, which [sms] needs for this provider";
        reader.complain(setting, Complaint::new(problem, format!("Write {what}.")));
    }
    reader.optional(setting, |value| {
        let text = Reader::text(value)?;
        if is_graphic(text) {
            return Ok(text.to_owned());
        }
        Err(Complaint::new(quoted(text), format!("Write {what}.")))
    })
}

/// Who messages are from, as the phone shows it: plain characters, at most 34 (the longest name of a messaging service).
pub fn sender(reader: &mut Reader, setting: &Setting, example: &str) -> Option<String> {
    if reader.given(setting).is_none() {
        let problem = "is missing, which [sms] needs for this provider";
        reader.complain(setting, Complaint::new(problem, format!("Write who sends: {example}.")));
    }
    reader.optional(setting, |value| {
        let text = Reader::text(value)?;
        if text.len() <= 34 && text.chars().all(|character| matches!(character, ' '..='~')) {
            return Ok(text.to_owned());
        }
        Err(Complaint::new(quoted(text), format!("Write at most 34 plain characters: {example}.")))
    })
}

/// A required credential, as text or in a file. Of the two the one from the higher source counts: the environment
/// overrides the file.
pub fn credential(reader: &mut Reader, text: &Setting, file: &Setting) -> Option<Credential> {
    let given = optional_credential(reader, text, file);
    let is_missing = reader.given(text).is_none() && reader.given(file).is_none();
    if is_missing {
        let problem = "is missing, which [sms] needs for this provider";
        let remedy = format!("Give it in {}, or in a file that {file} names.", text.variable());
        reader.complain(text, Complaint::new(problem, remedy));
    }
    given
}

/// The same where it may be left out.
pub fn optional_credential(reader: &mut Reader, text: &Setting, file: &Setting) -> Option<Credential> {
    let rank = |setting: &Setting| {
        reader.given(setting).map(|given| u8::from(matches!(given.source, Source::Environment(_))))
    };
    match (rank(text), rank(file)) {
        (Some(one), Some(other)) if one == other => {
            let problem = format!("and {file} are both given");
            reader.complain(text, Complaint::new(problem, "Remove one of them."));
            None
        }
        (of_text, of_file) if of_file > of_text => reader.optional(file, |value| {
            let path = Path::new(Reader::text(value)?);
            let read = std::fs::read_to_string(path).map(zeroize::Zeroizing::new).map_err(|error| {
                let problem = format!("is {}, which could not be read: {error}", path.display());
                Complaint::new(problem, "Name a file that this user can read and that holds the credential.")
            })?;
            checked(&read)
        }),
        _ => reader.optional(text, |value| checked(Reader::text(value)?)),
    }
}

/// A secret at the end of an address, which strangers may guess at: 16 characters at least, and none that an address escapes.
pub fn receipt_secret(reader: &mut Reader, text: &Setting, file: &Setting) -> Option<Credential> {
    let given = optional_credential(reader, text, file)?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if given.reveal().len() >= 16 && given.reveal().bytes().all(is_plain) {
        return Some(given);
    }
    let remedy = "Write at least 16 letters, digits, - and _, such as `openssl rand -hex 16` prints.";
    reader.complain(text, Complaint::new("is too short, or does not fit at the end of an address", remedy));
    None
}

fn checked(text: &str) -> Result<Credential, Complaint> {
    let text = text.trim();
    if is_graphic(text) {
        return Ok(Credential::new(text.to_owned()));
    }
    Err(Complaint::new("holds no credential", CREDENTIAL_REMEDY))
}

fn is_graphic(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_leave_the_machine_over_tls_or_to_a_near_address_only() {
        for good in [
            "https://api.example.com",
            "https://api.example.com:8443/v1",
            "http://127.0.0.1:13013/cgi-bin/sendsms",
            "http://localhost:80",
            "http://10.1.2.3/send",
            "http://[::1]:1/",
        ] {
            assert!(check_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://api.example.com",
            "http://8.8.8.8/",
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "ftp://10.0.0.1/",
            "/send",
            "api.example.com",
            "https://",
            "https://a b",
            "",
        ] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_credential_is_one_word() {
        assert_eq!(checked(" abc\n").as_ref().map(Credential::reveal), Ok("abc"));
        for bad in ["", "a b", "a\nb", "é"] {
            assert!(checked(bad).is_err(), "{bad:?}");
        }
    }
}
