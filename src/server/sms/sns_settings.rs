//! `[sns]`: a key at AWS.

use super::sns::Sns;
use crate::server::config::{
    fault::Complaint,
    reader::{Reader, quoted},
    setting::Setting,
    sms_values::{credential, graphic, optional_credential, service_url},
};

/// All of them.
pub const SETTINGS: &[&Setting] = &[
    &URL,
    &REGION,
    &ACCESS_KEY_ID,
    &SECRET_ACCESS_KEY,
    &SECRET_ACCESS_KEY_FILE,
    &SESSION_TOKEN,
    &SESSION_TOKEN_FILE,
    &SENDER_ID,
];

/// Where the API is; follows from the region.
const URL: Setting = Setting::new("sns", "url");
/// `eu-west-1`
const REGION: Setting = Setting::new("sns", "region");
/// The key's name.
const ACCESS_KEY_ID: Setting = Setting::new("sns", "access_key_id");
/// The key's secret.
const SECRET_ACCESS_KEY: Setting = Setting::new("sns", "secret_access_key").secret();
/// A file that holds the same.
const SECRET_ACCESS_KEY_FILE: Setting = Setting::new("sns", "secret_access_key_file");
/// Of a key that holds for a time.
const SESSION_TOKEN: Setting = Setting::new("sns", "session_token").secret();
/// A file that holds the same.
const SESSION_TOKEN_FILE: Setting = Setting::new("sns", "session_token_file");
/// A registered name.
const SENDER_ID: Setting = Setting::new("sns", "sender_id");

/// Reads `[sns]`. `None`: a fault was noted.
pub fn read(reader: &mut Reader) -> Option<Sns> {
    let region = graphic(reader, &REGION, "the region that sends: eu-west-1");
    let region = region.and_then(|_| reader.optional(&REGION, |value| region_name(Reader::text(value)?)));
    if let (None, Some(region)) = (reader.given(&URL), &region) {
        reader.fill(&URL, format!("https://sns.{region}.amazonaws.com"));
    }
    let url = service_url(reader, &URL);
    let access_key_id = graphic(reader, &ACCESS_KEY_ID, "the access key's name from IAM: AKIA…");
    let secret_access_key = credential(reader, &SECRET_ACCESS_KEY, &SECRET_ACCESS_KEY_FILE);
    let has_token = reader.given(&SESSION_TOKEN).is_some() || reader.given(&SESSION_TOKEN_FILE).is_some();
    let session_token = optional_credential(reader, &SESSION_TOKEN, &SESSION_TOKEN_FILE);
    let has_sender = reader.given(&SENDER_ID).is_some();
    let sender_id = reader.optional(&SENDER_ID, |value| sender_name(Reader::text(value)?));
    if has_token != session_token.is_some() || has_sender != sender_id.is_some() {
        return None;
    }
    Some(Sns {
        url: url?,
        region: region?,
        access_key_id: access_key_id?,
        secret_access_key: secret_access_key?,
        session_token,
        sender_id,
    })
}

/// It becomes a part of the host, which nothing else may choose.
fn region_name(text: &str) -> Result<String, Complaint> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.bytes().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(Complaint::new(quoted(text), "Write a region's code: eu-west-1."))
}

/// 3 to 11 letters and digits, at least one letter: <https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html>.
fn sender_name(text: &str) -> Result<String, Complaint> {
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    if (3..=11).contains(&text.len()) && is_word && has_letter {
        return Ok(text.to_owned());
    }
    let remedy = "Write 3 to 11 letters and digits with at least one letter, as registered: MyCompany.";
    Err(Complaint::new(quoted(text), remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_cannot_choose_the_host() {
        assert_eq!(region_name("eu-west-1").as_deref(), Ok("eu-west-1"));
        for bad in ["evil.example/", "eu_west", "EU-WEST-1", "a@b", "a#", "a?"] {
            assert!(region_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sender_is_a_short_word_with_a_letter() {
        for good in ["Tea", "Tea24Seven1", "1a2"] {
            assert_eq!(sender_name(good).as_deref(), Ok(good));
        }
        for bad in ["Te", "123456", "Tea & Co", "TwelveLetter", "Té1"] {
            assert!(sender_name(bad).is_err(), "{bad}");
        }
    }
}
