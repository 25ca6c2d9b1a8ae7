//! `[site] secret_key`: the one key of the site, given as text, in a file, or made once in development.

use std::path::{Path, PathBuf};

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use zeroize::Zeroizing;

use super::{
    fault::{Complaint, Fault},
    key_file,
    reader::{Environment, Reader},
    setting::Source,
    site::{SECRET_KEY, SECRET_KEY_FILE},
};
use crate::{
    domain::site_key::{KEY_BYTES, SiteKey},
    server::entropy::Entropy,
};

/// Where development keeps the key that it makes, relative to the working directory.
pub const DEVELOPMENT_KEY_PATH: &str = "data/secret.key";

const REMEDY: &str = "Make a key with `openssl rand -base64 32`.";

/// Where the key is.
#[derive(Clone, Debug)]
pub enum KeySource {
    /// It was given.
    Given(SiteKey),
    /// In this file, made when missing: development's.
    MadeOnce(PathBuf),
}

impl KeySource {
    /// The key; the file is made now when there is none.
    ///
    /// # Errors
    /// The file is readable by others, broken, or cannot be read or made. It is never replaced.
    pub fn open(&self, entropy: &dyn Entropy) -> Result<SiteKey, Fault> {
        match self {
            Self::Given(key) => Ok(key.clone()),
            Self::MadeOnce(path) => key_file::open_or_create(path, entropy),
        }
    }
}

/// Reads where the key is. Of text and file the one from the higher source counts: the environment overrides the file.
pub fn read(reader: &mut Reader, environment: Environment) -> KeySource {
    let text = reader.given(&SECRET_KEY).map(|given| (rank(&given.source), &SECRET_KEY));
    let file = reader.given(&SECRET_KEY_FILE).map(|given| (rank(&given.source), &SECRET_KEY_FILE));
    match (text, file) {
        (Some((one, _)), Some((other, _))) if one == other => {
            let problem = format!("and {SECRET_KEY_FILE} are both given");
            reader.complain(&SECRET_KEY, Complaint::new(problem, "Remove one of them."));
        }
        (Some((text, _)), Some((file, _))) if file > text => return from_file(reader),
        (Some(_), _) => return from_text(reader),
        (None, Some(_)) => return from_file(reader),
        (None, None) => without(reader, environment),
    }
    development_key()
}

fn rank(source: &Source) -> u8 {
    u8::from(matches!(source, Source::Environment(_)))
}

fn development_key() -> KeySource {
    KeySource::MadeOnce(PathBuf::from(DEVELOPMENT_KEY_PATH))
}

fn from_text(reader: &mut Reader) -> KeySource {
    let key = reader.optional(&SECRET_KEY, |value| parse(Reader::text(value)?));
    key.map_or_else(development_key, KeySource::Given)
}

fn from_file(reader: &mut Reader) -> KeySource {
    let key = reader.optional(&SECRET_KEY_FILE, |value| {
        let path = Path::new(Reader::text(value)?);
        let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
            let problem = format!("is {}, which could not be read: {error}", path.display());
            Complaint::new(problem, "Name a file that this user can read and that holds the key.")
        })?;
        parse(&text)
    });
    key.map_or_else(development_key, KeySource::Given)
}

fn without(reader: &mut Reader, environment: Environment) {
    if environment == Environment::Production {
        let problem = "is missing, which production needs";
        let remedy = format!(
            "{REMEDY} Give it in MOBILE_AUTH_SITE_SECRET_KEY, or in a file that {SECRET_KEY_FILE} names."
        );
        reader.complain(&SECRET_KEY, Complaint::new(problem, remedy));
    }
}

/// Reads 32 bytes of base64, standard or URL-safe, padded or not. The complaint never shows any of it.
///
/// # Errors
/// It is not base64, or not 32 bytes.
pub fn parse(text: &str) -> Result<SiteKey, Complaint> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = Zeroizing::new(text.trim().replace('-', "+").replace('_', "/"));
    let decoded = GeneralPurpose::new(&STANDARD, config).decode(standard.as_bytes());
    let bytes = decoded.map(Zeroizing::new).map_err(|_| Complaint::new("is not base64", REMEDY))?;
    let key: [u8; KEY_BYTES] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| Complaint::new(format!("holds {} bytes, not {KEY_BYTES}", bytes.len()), REMEDY))?;
    Ok(SiteKey::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_base64_is_read() {
        let standard = "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=";
        let expected = *parse(standard).unwrap().reveal();
        for spelling in [
            standard.trim_end_matches('=').to_owned(),
            standard.replace('+', "-").replace('/', "_"),
            format!("  {standard}\n"),
        ] {
            assert_eq!(*parse(&spelling).unwrap().reveal(), expected, "{spelling}");
        }
    }

    #[test]
    fn a_wrong_key_is_told_without_being_shown() {
        for (text, problem) in
            [("c2VjcmV0", "holds 6 bytes"), ("not base64!", "is not base64"), ("", "holds 0 bytes")]
        {
            let complaint = format!("{:?}", parse(text).unwrap_err());
            assert!(complaint.contains(problem), "{complaint}");
            assert!(text.is_empty() || !complaint.contains(text), "{complaint}");
        }
    }
}
