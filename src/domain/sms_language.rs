//! The languages of the message, and what it says in each.

/// A browser names a handful of languages; whoever sends more is not one.
const LANGUAGES_READ: usize = 20;

/// A language that the message is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SmsLanguage {
    /// English.
    #[default]
    English,
    /// Arabic.
    Arabic,
    /// Chinese in simplified characters.
    Chinese,
    /// French.
    French,
    /// German.
    German,
    /// Hindi.
    Hindi,
    /// Indonesian.
    Indonesian,
    /// Italian.
    Italian,
    /// Japanese.
    Japanese,
    /// Korean.
    Korean,
    /// Persian.
    Persian,
    /// Portuguese.
    Portuguese,
    /// Russian.
    Russian,
    /// Spanish.
    Spanish,
    /// Turkish.
    Turkish,
}

/// What stands in the message: `{site}`, and `{good_for}` with one of the three lifetimes. The code comes before it.
struct Words {
    full: &'static str,
    /// Where that does not fit beside a long host.
    short: &'static str,
    minute: &'static str,
    minutes: &'static str,
    seconds: &'static str,
}

const fn words(full: &'static str, short: &'static str, lifetimes: [&'static str; 3]) -> Words {
    let [minute, minutes, seconds] = lifetimes;
    Words { full, short, minute, minutes, seconds }
}

/// Those that GSM-7 can write avoid its missing letters (á, í, ó, ú, ã, ç); the others have 70 characters with the host, so
/// that they say no more than what the code is for.
const TABLE: [(&str, SmsLanguage, Words); 15] = [
    (
        "en",
        SmsLanguage::English,
        words(
            " is your {site} code. Good for {good_for}. Not you? Ignore it.",
            " is your code.",
            ["1 minute", "{} minutes", "{} seconds"],
        ),
    ),
    ("ar", SmsLanguage::Arabic, words(" رمز الدخول إلى {site}", " رمز الدخول", ["", "", ""])),
    (
        "de",
        SmsLanguage::German,
        words(
            " ist Ihr Code für {site}. {good_for} gültig. Nicht angefordert? Bitte ignorieren.",
            " ist Ihr Code.",
            ["1 Minute", "{} Minuten", "{} Sekunden"],
        ),
    ),
    (
        "es",
        SmsLanguage::Spanish,
        words(
            " es tu clave de {site}. Vale {good_for}. Si no la pediste, ignora este mensaje.",
            " es tu clave.",
            ["1 minuto", "{} minutos", "{} segundos"],
        ),
    ),
    ("fa", SmsLanguage::Persian, words(" کد ورود شما به {site}", " کد ورود شما", ["", "", ""])),
    (
        "fr",
        SmsLanguage::French,
        words(
            " est votre code {site}. Valable {good_for}. Pas vous ? Ignorez ce message.",
            " est votre code.",
            ["1 minute", "{} minutes", "{} secondes"],
        ),
    ),
    ("hi", SmsLanguage::Hindi, words(" आपका {site} कोड है", " आपका कोड है", ["", "", ""])),
    (
        "id",
        SmsLanguage::Indonesian,
        words(
            " adalah kode {site} Anda. Berlaku {good_for}. Bukan Anda? Abaikan.",
            " adalah kode Anda.",
            ["1 menit", "{} menit", "{} detik"],
        ),
    ),
    (
        "it",
        SmsLanguage::Italian,
        words(
            " è il tuo codice {site}. Valido per {good_for}. Non sei tu? Ignoralo.",
            " è il tuo codice.",
            ["1 minuto", "{} minuti", "{} secondi"],
        ),
    ),
    ("ja", SmsLanguage::Japanese, words(" は{site}の認証コードです", " は認証コードです", ["", "", ""])),
    ("ko", SmsLanguage::Korean, words(" {site} 인증번호입니다", " 인증번호입니다", ["", "", ""])),
    (
        "pt",
        SmsLanguage::Portuguese,
        words(
            " é a sua senha para entrar em {site}. Vale por {good_for}. Se desconhece este pedido, ignore.",
            " é a sua senha para entrar.",
            ["1 minuto", "{} minutos", "{} segundos"],
        ),
    ),
    ("ru", SmsLanguage::Russian, words(" — код для входа в {site}", " — код для входа", ["", "", ""])),
    ("tr", SmsLanguage::Turkish, words(" {site} giriş kodunuz", " giriş kodunuz", ["", "", ""])),
    ("zh", SmsLanguage::Chinese, words(" 是您的 {site} 验证码", " 是您的验证码", ["", "", ""])),
];

impl SmsLanguage {
    /// All of them; English, which everybody else gets, is the first.
    pub fn all() -> Vec<Self> {
        TABLE.iter().map(|&(_, language, _)| language).collect()
    }

    /// The language's tag (RFC 5646): `fa`.
    pub fn tag(self) -> &'static str {
        TABLE.iter().find(|(_, language, _)| *language == self).map_or("", |(tag, ..)| tag)
    }

    /// The language of a tag such as `fa-IR`. Traditional Chinese is another script, which is not written here.
    pub fn parse(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        let mut subtags = tag.split('-');
        let first = subtags.next()?;
        let is_traditional = first == "zh" && subtags.any(|part| ["hant", "tw", "hk", "mo"].contains(&part));
        let found = TABLE.iter().find(|(known, ..)| *known == first && !is_traditional);
        found.map(|&(_, language, _)| language)
    }

    /// Those that a browser's `Accept-Language` names (RFC 9110 §12.5.4), the most wanted first.
    pub fn preferred(header: &str) -> Vec<Self> {
        let mut ranked: Vec<_> = header.split(',').take(LANGUAGES_READ).filter_map(ranked).collect();
        // A stable sort: among equals the browser's order stands.
        ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        ranked.into_iter().map(|(_, language)| language).collect()
    }

    /// What the message says between the code and the last line, from the fullest to the shortest.
    pub fn sentences(self, site: &str, seconds: i64) -> Vec<String> {
        let Some((_, _, words)) = TABLE.iter().find(|(_, language, _)| *language == self) else {
            return Vec::new();
        };
        // Minutes where that is the whole truth: a message must not promise more, or less, than the rule gives.
        let good_for = match (seconds / 60, seconds % 60) {
            (1, 0) => words.minute.to_owned(),
            (minutes, 0) => words.minutes.replace("{}", &minutes.to_string()),
            _ => words.seconds.replace("{}", &seconds.to_string()),
        };
        let full = words.full.replace("{good_for}", &good_for).replace("{site}", site);
        vec![full, words.short.to_owned()]
    }
}

/// `de-AT;q=0.8` is German at 0.8.
fn ranked(entry: &str) -> Option<(f32, SmsLanguage)> {
    let (tag, parameter) = entry.split_once(';').unwrap_or((entry, ""));
    let weight = match parameter.trim().strip_prefix("q=") {
        Some(weight) => weight.trim().parse().ok().filter(|weight: &f32| weight.is_finite())?,
        None => 1.0,
    };
    let language = SmsLanguage::parse(tag)?;
    (weight > 0.0).then_some((weight, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_read_back_and_no_language_is_there_twice() {
        let mut all = SmsLanguage::all();
        assert_eq!(all.first(), Some(&SmsLanguage::default()));
        for language in &all {
            assert_eq!(SmsLanguage::parse(language.tag()), Some(*language));
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), TABLE.len());
    }

    #[test]
    fn the_most_wanted_language_comes_first() {
        for (header, tags) in [
            ("fa-IR,fa;q=0.9,en-US;q=0.8", "fa fa en"),
            ("en;q=0.5, de-AT;q=0.8", "de en"),
            ("xx, PT-br", "pt"),
            ("zh-Hant-TW, zh-HK;q=0.9, zh-CN;q=0.5", "zh"),
            ("en;q=0, fr;q=x, *", ""),
            ("", ""),
        ] {
            let found: Vec<_> = SmsLanguage::preferred(header).into_iter().map(SmsLanguage::tag).collect();
            assert_eq!(found.join(" "), tags, "{header}");
        }
    }
}
