//! Reads a form-encoded body strictly.

use super::percent;

/// The most fields of a form: more than twice what a provider tells of a text with ten pictures. Each is compared with those before
/// it, so that without a bound 16 KiB of tiny ones would hold up everybody.
const FIELDS_MAX: usize = 128;

/// The fields of a form post. `None`: bad percent-encoding, not UTF-8, a NUL, a repeated field, or too many. The library behind
/// server functions is lenient about each of these, and what it would make of them is nobody's intention.
pub fn parse(body: &[u8]) -> Option<Vec<(String, String)>> {
    let body = std::str::from_utf8(body).ok()?;
    let mut fields: Vec<(String, String)> = Vec::new();
    for pair in body.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name)?;
        if fields.len() == FIELDS_MAX || fields.iter().any(|(earlier, _)| *earlier == name) {
            return None;
        }
        fields.push((name, decode(value)?));
    }
    Some(fields)
}

fn decode(text: &str) -> Option<String> {
    percent::decode(&text.replace('+', " ")).filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_are_read_as_a_browser_writes_them() {
        let fields = parse(b"phone=%2B98+912%20123&region=IR&empty=&alone").unwrap();
        let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("phone", "+98 912 123"), ("region", "IR"), ("empty", ""), ("alone", "")]);
        assert_eq!(parse(b""), Some(vec![]));
    }

    #[test]
    fn what_no_browser_writes_is_refused() {
        for body in [
            &b"phone=%"[..],
            b"phone=%4",
            b"phone=%zz",
            b"phone=%ff",
            b"phone=\xff",
            b"a=1&a=2",
            b"%61=1&a=2",
            b"phone=%00",
            b"ph%00one=1",
            b"phone=\0",
        ] {
            assert_eq!(parse(body), None, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn a_form_of_more_fields_than_anybody_sends_is_refused() {
        let form = |fields: usize| (0..fields).map(|field| field.to_string()).collect::<Vec<_>>().join("&");
        assert_eq!(parse(form(FIELDS_MAX).as_bytes()).map(|fields| fields.len()), Some(FIELDS_MAX));
        assert_eq!(parse(form(FIELDS_MAX + 1).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body);
        }
    }
}
