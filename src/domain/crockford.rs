//! Douglas Crockford's base 32, for codes that people read off paper or a message and type.

use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};

use super::phone_number::{ascii_digit, is_invisible, is_separator};

/// Characters between two dashes.
const GROUP: usize = 4;

/// No letter looks like a digit, and what people mix up is read as what it stands for.
/// `None` never happens: the specification is a constant, and a test reads and writes with it.
static CROCKFORD: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    specification.translate.from.push_str("abcdefghjkmnpqrstvwxyzOoIiLl");
    specification.translate.to.push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    specification.encoding().ok()
});

/// Reads what a person typed: in either case, with or without dashes and spaces, in any script's digits. `None`: it does not
/// stand for bytes.
pub(super) fn read(text: &str) -> Option<Vec<u8>> {
    let kept = text.chars().filter(|&character| !is_invisible(character) && !is_separator(character));
    let plain: String = kept.map(|character| ascii_digit(character).unwrap_or(character)).collect();
    CROCKFORD.as_ref()?.decode(plain.as_bytes()).ok()
}

/// `7K3D-9XQM`: in groups of four.
pub(super) fn write(bytes: &[u8]) -> String {
    let plain = CROCKFORD.as_ref().map(|encoding| encoding.encode(bytes)).unwrap_or_default();
    let groups: Vec<_> = plain.as_bytes().chunks(GROUP).map(String::from_utf8_lossy).collect();
    groups.join("-")
}
