//! Percent-encoding (RFC 3986 §2.1), read strictly: the library lets through what nobody means.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The text that is encoded. `None`: a percent sign without two hexadecimal digits after it, or what is no UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let is_encoded =
        |rest: &str| rest.get(..2).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !text.split('%').skip(1).all(is_encoded) {
        return None;
    }
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_read_and_nothing_else() {
        assert_eq!(decode("a%20%D8%B1+%2b").as_deref(), Some("a ر++"));
        for text in ["%", "%4", "%zz", "%+1", "%ff", "a%00%"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
