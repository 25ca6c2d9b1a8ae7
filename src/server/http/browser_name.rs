//! What a browser calls itself, in words of ours.

use woothee::parser::Parser;

/// The longest `User-Agent` that is looked at, in bytes; real ones have a few hundred.
const AGENT_MAX_BYTES: usize = 512;

/// `Firefox, Windows 10`: the words of the library's closed list, never the browser's own, so that nobody can put a text on
/// the page of the account. `Unknown browser` where it does not tell.
pub fn browser_name(agent: &str) -> String {
    let unknown = || "Unknown browser".to_owned();
    if agent.is_empty() || agent.len() > AGENT_MAX_BYTES {
        return unknown();
    }
    match Parser::new().parse(agent) {
        Some(found) if found.name != "UNKNOWN" && found.os != "UNKNOWN" => {
            format!("{}, {}", found.name, found.os)
        }
        Some(found) if found.name != "UNKNOWN" => found.name.to_owned(),
        Some(found) if found.os != "UNKNOWN" => format!("Unknown browser, {}", found.os),
        _ => unknown(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_browsers_have_their_names() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
                "Firefox, Windows 10",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            ("curl/8.5.0", "HTTP Library"),
        ] {
            assert_eq!(browser_name(agent), name, "{agent}");
        }
    }

    #[test]
    fn what_tells_nothing_is_unknown() {
        for agent in ["", "x", &"Firefox/133.0 ".repeat(100)] {
            assert_eq!(browser_name(agent), "Unknown browser");
        }
    }

    proptest! {
        #[test]
        fn no_agent_puts_its_own_words_into_the_name(agent in "\\PC{0,200}") {
            let name = browser_name(&format!("{agent} MARKER <b>"));
            prop_assert!(!name.contains("MARKER"), "{}", name);
        }
    }
}
