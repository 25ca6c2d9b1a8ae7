//! What a voice says in a call: the digits one by one, slowly, twice.

use super::{one_time_code::OneTimeCode, sms_language::SmsLanguage};

/// The silence after each digit: 700 ms, long enough to type or write one down.
const PAUSE_MILLISECONDS: u32 = 700;

/// How often the digits are said: twice, so that whoever missed one need not call for help.
const TIMES: usize = 2;

/// Before the digits, with the site's name in `{site}`, and between the first and the second time. Persian is missing, for no
/// provider of ours has a voice for it; whoever wants it hears English.
const WORDS: [(SmsLanguage, &str, &str); 14] = [
    (SmsLanguage::English, "Your {site} code is", "Again"),
    (SmsLanguage::Arabic, "رمز الدخول إلى {site} هو", "مرة أخرى"),
    (SmsLanguage::Chinese, "您的 {site} 验证码是", "再说一遍"),
    (SmsLanguage::French, "Votre code {site} est", "Je répète"),
    (SmsLanguage::German, "Ihr Code für {site} lautet", "Noch einmal"),
    (SmsLanguage::Hindi, "आपका {site} कोड है", "फिर से"),
    (SmsLanguage::Indonesian, "Kode {site} Anda adalah", "Sekali lagi"),
    (SmsLanguage::Italian, "Il tuo codice {site} è", "Ripeto"),
    (SmsLanguage::Japanese, "{site}の認証コードは", "繰り返します"),
    (SmsLanguage::Korean, "{site} 인증번호는", "다시 말씀드립니다"),
    (SmsLanguage::Portuguese, "A sua senha para {site} é", "De novo"),
    (SmsLanguage::Russian, "Ваш код для входа в {site}", "Повторяю"),
    (SmsLanguage::Spanish, "Tu clave de {site} es", "Otra vez"),
    (SmsLanguage::Turkish, "{site} giriş kodunuz", "Tekrar ediyorum"),
];

/// What is said, piece by piece, with a silence after each. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SpokenCode(Vec<String>);

impl SpokenCode {
    /// The speech in a language; `None` where it is not written in it.
    pub fn new(code: &OneTimeCode, site: &str, language: SmsLanguage) -> Option<Self> {
        let (_, before, again) = WORDS.iter().find(|(known, ..)| *known == language)?;
        let mut pieces = Vec::new();
        for time in 0..TIMES {
            pieces.push(if time == 0 { before.replace("{site}", site) } else { (*again).to_owned() });
            pieces.extend(code.reveal().chars().map(String::from));
        }
        Some(Self(pieces))
    }

    /// As SSML without its root: the one place where it becomes markup, so that every piece is escaped.
    /// `<break>`: <https://www.w3.org/TR/speech-synthesis11/#S3.2.3>.
    pub fn ssml(&self) -> String {
        let piece = |piece: &String| format!("{}<break time=\"{PAUSE_MILLISECONDS}ms\"/>", escaped(piece));
        self.0.iter().map(piece).collect()
    }
}

impl std::fmt::Debug for SpokenCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SpokenCode(…)")
    }
}

/// Text inside an element of XML, which has no place for control characters (XML 1.0 §2.2).
fn escaped(text: &str) -> String {
    html_escape::encode_safe(&text.replace(char::is_control, " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ssml(code: &str, site: &str, language: SmsLanguage) -> String {
        SpokenCode::new(&OneTimeCode::parse(code).unwrap(), site, language).unwrap().ssml()
    }

    #[test]
    fn the_digits_are_said_one_by_one_and_twice() {
        let said = ssml("012345", "Tea", SmsLanguage::English);
        let pause = "<break time=\"700ms\"/>";
        let digits = format!("0{pause}1{pause}2{pause}3{pause}4{pause}5{pause}");
        assert_eq!(said, format!("Your Tea code is{pause}{digits}Again{pause}{digits}"));
    }

    #[test]
    fn every_language_but_persian_is_spoken() {
        let code = OneTimeCode::parse("012345").unwrap();
        for language in SmsLanguage::all() {
            let said = SpokenCode::new(&code, "Tea", language);
            assert_eq!(said.is_some(), language != SmsLanguage::Persian, "{}", language.tag());
            let Some(said) = said else { continue };
            assert!(said.ssml().contains("Tea") && !said.ssml().contains('{'), "{}", language.tag());
        }
    }

    #[test]
    fn debug_says_nothing() {
        let code = OneTimeCode::parse("012345").unwrap();
        let said = SpokenCode::new(&code, "Tea", SmsLanguage::English).unwrap();
        assert_eq!(format!("{said:?}"), "SpokenCode(…)");
    }

    proptest! {
        #[test]
        fn no_name_of_a_site_writes_markup(site in any::<String>()) {
            let said = ssml("012345", &site, SmsLanguage::English);
            let text = said.replace("<break time=\"700ms\"/>", "");
            prop_assert!(!text.contains(['<', '>', '"', '\'']), "{}", text);
            let rest = ["&amp;", "&lt;", "&gt;", "&quot;", "&#x27;", "&#x2F;"].iter().fold(text, |text, known| text.replace(known, ""));
            prop_assert!(!rest.contains('&'));
        }
    }
}
