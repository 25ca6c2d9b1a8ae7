//! `[smpp]`: an account at an SMSC.

use super::{http_provider::Credential, smpp::Smpp, smpp_link::SmppUrl};
use crate::server::config::{
    fault::Complaint,
    reader::{Reader, quoted},
    setting::Setting,
    sms_values::{credential, graphic, is_near},
};

/// All of them.
pub const SETTINGS: &[&Setting] = &[&URL, &SYSTEM_ID, &PASSWORD, &PASSWORD_FILE, &SYSTEM_TYPE, &FROM];

/// Where the SMSC is.
const URL: Setting = Setting::new("smpp", "url");
/// The account's name.
const SYSTEM_ID: Setting = Setting::new("smpp", "system_id");
/// The account's.
const PASSWORD: Setting = Setting::new("smpp", "password").secret();
/// A file that holds the same.
const PASSWORD_FILE: Setting = Setting::new("smpp", "password_file");
/// What some SMSCs want besides.
const SYSTEM_TYPE: Setting = Setting::new("smpp", "system_type");
/// A number, a short code, or a registered name.
const FROM: Setting = Setting::new("smpp", "from");

/// Reads `[smpp]`. `None`: a fault was noted.
pub fn read(reader: &mut Reader) -> Option<Smpp> {
    let url = graphic(reader, &URL, "where the SMSC is: smpps://smsc.example.com:3550");
    let url = url.and_then(|_| reader.optional(&URL, |value| address(Reader::text(value)?)));
    let system_id = graphic(reader, &SYSTEM_ID, "the account's name, of at most 15 characters");
    let system_id = system_id.and_then(|_| short(reader, &SYSTEM_ID, 15));
    let password = credential(reader, &PASSWORD, &PASSWORD_FILE);
    let password = password.and_then(|password| short_password(reader, password));
    let has_type = reader.given(&SYSTEM_TYPE).is_some();
    let system_type = short(reader, &SYSTEM_TYPE, 12);
    let from =
        graphic(reader, &FROM, "who sends: +15005550006, a short code, or a name of at most 11 characters");
    let from = from.and_then(|_| reader.optional(&FROM, |value| sender(Reader::text(value)?)));
    if has_type && system_type.is_none() {
        return None;
    }
    Some(Smpp {
        url: url?,
        system_id: system_id?,
        password: password?,
        system_type: system_type.unwrap_or_default(),
        from: from?,
    })
}

/// Codes travel to it: over TLS, or within one machine or private network.
fn address(text: &str) -> Result<SmppUrl, Complaint> {
    const REMEDY: &str =
        "Write smpps://smsc.example.com:3550 (smpp:// only for this machine or a private network's address).";
    let url: SmppUrl = text.parse().map_err(|_| Complaint::new("is no address of an SMSC", REMEDY))?;
    if url.is_tls || is_near(&url.host) {
        return Ok(url);
    }
    Err(Complaint::new("is not smpps: codes and the password could be read on the way", REMEDY))
}

fn short(reader: &mut Reader, setting: &Setting, most: usize) -> Option<String> {
    reader.optional(setting, |value| {
        let text = Reader::text(value)?;
        if text.len() <= most && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(text.to_owned());
        }
        Err(Complaint::new(quoted(text), format!("Write at most {most} plain characters, as SMPP has it.")))
    })
}

fn short_password(reader: &mut Reader, password: Credential) -> Option<Credential> {
    if password.reveal().len() <= 8 {
        return Some(password);
    }
    let remedy = "Write at most 8 characters; where the SMSC gave you more, ask it for a shorter one.";
    reader.complain(&PASSWORD, Complaint::new("is longer than SMPP allows", remedy));
    None
}

/// At most 11 characters of a name (3GPP TS 23.040 §9.1.2.5: 10 octets of septets) or 15 digits of a number (E.164).
fn sender(text: &str) -> Result<String, Complaint> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._&".contains(&byte));
    if (is_number && digits.len() <= 15) || (is_name && text.len() <= 11) {
        return Ok(text.to_owned());
    }
    Err(Complaint::new(quoted(text), "Write +15005550006, a short code, or a name of at most 11 characters."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_leave_the_machine_over_tls_or_to_a_near_address_only() {
        for good in [
            "smpps://smsc.example.com",
            "smpp://127.0.0.1:2775",
            "smpp://10.1.2.3",
            "smpp://[::1]:1",
            "smpp://localhost",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "smpp://smsc.example.com",
            "smpp://8.8.8.8",
            "smpp://localhost.example.com",
            "https://10.0.0.1",
            "10.0.0.1",
            "",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sender_is_a_number_or_a_short_name() {
        for good in ["+15005550006", "55555", "MyCompany", "ElevenChars"] {
            assert_eq!(sender(good).as_deref(), Ok(good));
        }
        for bad in ["TwelveLetter", "+1234567890123456", "+", "Té", "a\u{1}"] {
            assert!(sender(bad).is_err(), "{bad}");
        }
    }
}
