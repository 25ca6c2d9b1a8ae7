//! What the number that an account has left is told, in each language.

use super::{
    sms_language::SmsLanguage,
    sms_text::{Length, TextFault, has_link},
};

/// Where 70 characters are one segment, two are needed to say what happened and what to do. Elsewhere it is one.
const UCS2_SEGMENTS: usize = 2;

/// The notice, with the code that undoes the change. Where to type it is said in words, for a message with a link in it teaches
/// people to follow links in messages; the words of the pages stand as the pages have them.
pub fn notice(language: SmsLanguage, site: &str, undo: &str) -> String {
    // Only one of the two is looked for in what is ours alone: a name may look like a place for the other.
    let (before, after) = words(language).split_once("{site}").unwrap_or_default();
    let [before, after] = [before, after].map(|part| part.replace("{undo}", undo));
    format!("{before}{site}{after}")
}

/// Three days are said in each: [`super::policy::RetentionPolicy::former_numbers`]. It is the telephone's number that is told of:
/// in many languages "the account's number" is a bank's. GSM-7 lacks letters, as for the message with a code
/// ([`super::sms_language`]).
fn words(language: SmsLanguage) -> &'static str {
    match language {
        SmsLanguage::English => {
            "Your {site} account has another number now. Not you? On our sign-in page open \"I cannot use this phone\", then Undo: \
             {undo}, within 3 days."
        }
        SmsLanguage::Arabic => {
            "تغيّر رقم هاتف حسابك في {site}. لست أنت؟ خلال 3 أيام افتح في صفحة الدخول \"I cannot use this \
             phone\" ثم Undo: {undo}"
        }
        SmsLanguage::Chinese => {
            "您的 {site} 账号已更换手机号。如非本人操作，请在3天内打开登录页的“I cannot use this phone”，再打开 Undo：{undo}"
        }
        SmsLanguage::French => {
            "Votre compte {site} a un autre numéro. Pas vous ? Page de connexion : \"I cannot use this phone\", puis Undo : \
             {undo}, sous 3 jours."
        }
        SmsLanguage::German => {
            "Ihr Konto bei {site} hat eine neue Nummer. Nicht Sie? Anmeldeseite: \"I cannot use this phone\", dann Undo: {undo}, \
             binnen 3 Tagen."
        }
        SmsLanguage::Hindi => {
            "{site} खाते का फ़ोन नंबर बदल गया। आपने नहीं बदला? 3 दिन में साइन-इन पेज पर \"I cannot use this phone\" फिर Undo: {undo}"
        }
        SmsLanguage::Indonesian => {
            "Nomor telepon akun {site} Anda diganti. Bukan Anda? Di halaman masuk buka \"I cannot use this phone\", lalu Undo: \
             {undo}, dalam 3 hari."
        }
        SmsLanguage::Italian => {
            "Il tuo account {site} ha un altro numero. Non sei tu? Pagina di accesso: \"I cannot use this phone\", poi Undo: \
             {undo}, entro 3 giorni."
        }
        SmsLanguage::Japanese => {
            "{site}のアカウントの電話番号が変更されました。心当たりがなければ、3日以内にサインインページの「I cannot use this \
             phone」から「Undo」を開いてください: {undo}"
        }
        SmsLanguage::Korean => {
            "{site} 계정의 전화번호가 변경되었습니다. 본인이 아니라면 3일 안에 로그인 페이지의 \"I cannot use this phone\"에서 Undo를 \
             여세요: {undo}"
        }
        SmsLanguage::Persian => {
            "شماره تلفن حساب {site} شما عوض شد. کار شما نبود؟ تا ۳ روز در صفحه ورود \"I cannot use this phone\" \
             و بعد Undo: {undo}"
        }
        SmsLanguage::Portuguese => {
            "A sua conta {site} usa agora outro telefone. Se desconhece isto: ao entrar, abra \"I cannot use this phone\", depois \
             Undo: {undo}, em 3 dias."
        }
        SmsLanguage::Russian => {
            "Телефон аккаунта {site} изменён. Не вы? На странице входа: \"I cannot use this phone\", затем Undo (есть 3 дня): {undo}"
        }
        SmsLanguage::Spanish => {
            "Tu cuenta de {site} usa ahora otro teléfono. Si no lo pediste: al entrar, abre \"I cannot use this \
             phone\", luego Undo: {undo}, en 72 horas."
        }
        SmsLanguage::Turkish => {
            "{site} hesabınızın telefonu değişti. Siz değilseniz 3 gün içinde girişte \"I cannot use this phone\" ve Undo: {undo}"
        }
    }
}

/// Everything that is wrong with a notice that carries this code to a number which an account has left.
pub fn faults(text: &str, undo: &str) -> Vec<TextFault> {
    let length = Length::of(text);
    let most = if length.is_wide() { UCS2_SEGMENTS } else { 1 };
    let checks = [
        (length.segments() > most, TextFault::TooManySegments(length)),
        (!text.contains(undo), TextFault::NoUndoCode),
        (has_link(text), TextFault::HasLink),
    ];
    checks.into_iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, fault)| fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::RetentionPolicy;

    const UNDO: &str = "7K3D-9XQM";

    fn longest(language: SmsLanguage) -> String {
        notice(language, &"n".repeat(20), UNDO)
    }

    #[test]
    fn every_language_says_the_code_the_way_and_the_time_and_is_short() {
        let days = RetentionPolicy::default().former_numbers.num_days();
        assert_eq!(days, 3, "the texts say three");
        for language in SmsLanguage::all() {
            let text = longest(language);
            assert_eq!(faults(&text, UNDO), [], "{text}\n{:?}", Length::of(&text));
            for part in ["I cannot use this phone", "Undo", UNDO, &"n".repeat(20)] {
                assert_eq!(text.matches(part).count(), 1, "{part}: {text}");
            }
            assert!(text.contains(['3', '۳']) && !text.contains(['{', '}']), "{text}");
        }
    }

    #[test]
    fn only_the_languages_that_gsm_lacks_take_two_segments() {
        let gsm =
            SmsLanguage::all().into_iter().filter(|language| !Length::of(&longest(*language)).is_wide());
        let tags: Vec<_> = gsm.map(SmsLanguage::tag).collect();
        assert_eq!(tags, ["en", "de", "es", "fr", "id", "it", "pt"]);
    }

    #[test]
    fn the_words_of_the_pages_are_the_pages_own() {
        let help = include_str!("../ui/components/help.rs");
        for label in ["\"I cannot use this phone\"", "\"Undo\""] {
            assert!(help.contains(label), "{label}");
        }
    }

    #[test]
    fn a_name_is_never_taken_for_a_place() {
        assert!(notice(SmsLanguage::English, "{undo}", UNDO).starts_with("Your {undo} account"));
    }

    #[test]
    fn each_fault_is_found_alone() {
        assert_eq!(faults("Undo: 7K3D-9XQM", UNDO), []);
        assert_eq!(faults("Undo: 7K3D", UNDO), [TextFault::NoUndoCode]);
        assert_eq!(faults("https://x.example 7K3D-9XQM", UNDO), [TextFault::HasLink]);
        for (text, most) in [("a", 160), ("я", 134)] {
            let of = |length: usize| faults(&(text.repeat(length - 9) + UNDO), UNDO);
            assert_eq!(of(most), [], "{text}");
            assert!(matches!(of(most + 1)[..], [TextFault::TooManySegments(_)]), "{text}");
        }
    }
}
