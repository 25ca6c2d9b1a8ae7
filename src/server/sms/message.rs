//! The text of the message.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::{
        change_notice,
        channel::Channel,
        one_time_code::OneTimeCode,
        phone_number::PhoneNumber,
        policy::ChallengePolicy,
        sms_language::SmsLanguage,
        sms_sender::{SmsSenderId, SmsSenderIds},
        sms_text::{Length, TextFault, by_fault, faults},
        undo_code::UndoCode,
    },
    server::sms::{OtherWay, SmsMessage},
};

/// The longest site name that keeps the text within one GSM-7 segment of 160 characters, with a host of up to
/// [`HOST_MAX_CHARACTERS`].
pub const SITE_NAME_MAX_CHARACTERS: usize = 20;

/// The longest host for which the same holds.
pub const HOST_MAX_CHARACTERS: usize = 63;

/// What every message is made of besides the code.
#[derive(Clone, Debug)]
pub struct MessageText {
    site_name: String,
    host: String,
    lifetime: TimeDelta,
    /// The first is for whoever wants none of them.
    languages: Vec<SmsLanguage>,
    senders: SmsSenderIds,
}

impl MessageText {
    /// `host` is that of the configured site, never that of a request: a phone fills the code in on that host alone.
    pub fn new(site_name: &str, host: &str, policy: &ChallengePolicy) -> Self {
        let lifetime = policy.code_lifetime;
        let languages = SmsLanguage::all();
        let senders = SmsSenderIds::new();
        Self { site_name: site_name.to_owned(), host: host.to_owned(), lifetime, languages, senders }
    }

    /// The same in these languages alone; the first is for whoever wants none of them.
    #[must_use]
    pub fn in_languages(self, languages: Vec<SmsLanguage>) -> Self {
        Self { languages, ..self }
    }

    /// The same from these senders, where a country has one.
    #[must_use]
    pub fn from_senders(self, senders: SmsSenderIds) -> Self {
        Self { senders, ..self }
    }

    /// Who sends where, in place of the providers' own senders.
    pub fn senders(&self) -> &SmsSenderIds {
        &self.senders
    }

    fn sender_to(&self, to: &PhoneNumber) -> Option<SmsSenderId> {
        self.senders.get(&to.region()?).cloned()
    }

    /// The languages that messages are written in.
    pub fn languages(&self) -> &[SmsLanguage] {
        &self.languages
    }

    /// A message with a code whose life began at `at`, in the first of the `wanted` languages that there is.
    pub fn compose(
        &self,
        to: &PhoneNumber,
        code: &OneTimeCode,
        at: DateTime<Utc>,
        wanted: &[SmsLanguage],
    ) -> SmsMessage {
        SmsMessage {
            to: to.clone(),
            from: self.sender_to(to),
            text: self.text(code, self.spoken(wanted)),
            good_until: at + self.lifetime,
            good_for: self.lifetime,
            other_way: None,
        }
    }

    /// The same by another way.
    pub fn compose_for(
        &self,
        channel: Channel,
        to: &PhoneNumber,
        code: &OneTimeCode,
        at: DateTime<Utc>,
        wanted: &[SmsLanguage],
    ) -> SmsMessage {
        let other_way = (channel != Channel::Text).then(|| OtherWay {
            channel,
            code: code.clone(),
            language: self.spoken(wanted),
            site_name: self.site_name.clone(),
        });
        SmsMessage { other_way, ..self.compose(to, code, at, wanted) }
    }

    fn spoken(&self, wanted: &[SmsLanguage]) -> SmsLanguage {
        let language = wanted.iter().find(|wanted| self.languages.contains(wanted));
        language.or(self.languages.first()).copied().unwrap_or_default()
    }

    /// The code comes first, so that a notification shows it; the last line is the origin-bound one-time code
    /// (WICG sms-one-time-codes), which lets the phone offer the code on the right site only. No link. Where a language does
    /// not fit into one segment beside the host it says less, and where that does not fit either it is English.
    pub fn text(&self, code: &OneTimeCode, language: SmsLanguage) -> String {
        let Self { site_name, host, lifetime, .. } = self;
        let code = code.reveal();
        let in_language = |language: SmsLanguage| language.sentences(site_name, lifetime.num_seconds());
        let sentences = [in_language(language), in_language(SmsLanguage::English)].concat();
        let mut texts = sentences.iter().map(|sentence| format!("{code}{sentence}\n\n@{host} #{code}"));
        let fits = |text: &String| Length::of(text).is_one_segment();
        texts.clone().find(fits).or_else(|| texts.next_back()).unwrap_or_default()
    }

    /// Everything that is wrong with the text and with the notice of a change, each with the languages in which it is.
    pub fn faults(&self, code: &OneTimeCode, undo: &UndoCode) -> Vec<(TextFault, Vec<SmsLanguage>)> {
        let of = |&language| {
            let mut found = faults(&self.text(code, language), code.reveal(), &self.host);
            found.extend(change_notice::faults(&self.notice(undo, language), &undo.reveal()));
            found.into_iter().map(move |fault| (language, fault))
        };
        by_fault(self.languages.iter().flat_map(of))
    }

    /// What a number is told that an account has left: how whoever has it can undo that.
    pub fn notice(&self, undo: &UndoCode, language: SmsLanguage) -> String {
        change_notice::notice(language, &self.site_name, &undo.reveal())
    }

    /// The notice as messages: in the site's first language, and in the first of the `wanted` ones that there is, where that is
    /// another. Who makes the change wants a language, and may be a thief who wants one that the owner cannot read.
    pub fn tell_of_change(
        &self,
        to: &PhoneNumber,
        undo: &UndoCode,
        at: DateTime<Utc>,
        good_for: TimeDelta,
        wanted: &[SmsLanguage],
    ) -> Vec<SmsMessage> {
        let mut languages = vec![self.spoken(&[]), self.spoken(wanted)];
        languages.dedup();
        let message = |language| {
            let (to, from, text) = (to.clone(), self.sender_to(to), self.notice(undo, language));
            SmsMessage { to, from, text, good_until: at + good_for, good_for, other_way: None }
        };
        languages.into_iter().map(message).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(site_name: &str, host: &str) -> String {
        let text = MessageText::new(site_name, host, &ChallengePolicy::default());
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        text.compose(&to, &OneTimeCode::parse("012345").unwrap(), DateTime::UNIX_EPOCH, &[]).text
    }

    #[test]
    fn the_code_comes_first_and_the_last_line_binds_it_to_the_host() {
        let text = text("mobile-auth", "example.com");
        assert!(text.starts_with("012345 "), "{text}");
        assert_eq!(text.lines().last(), Some("@example.com #012345"));
        assert!(!text.contains("://"));
    }

    #[test]
    fn the_longest_text_is_one_segment_of_ascii() {
        let (name, host) = ("n".repeat(SITE_NAME_MAX_CHARACTERS), "h".repeat(HOST_MAX_CHARACTERS));
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        for seconds in 30..=600 {
            let policy =
                ChallengePolicy { code_lifetime: TimeDelta::seconds(seconds), ..ChallengePolicy::default() };
            let message = MessageText::new(&name, &host, &policy);
            let text =
                message.compose(&to, &OneTimeCode::parse("012345").unwrap(), DateTime::UNIX_EPOCH, &[]).text;
            assert!(text.is_ascii() && text.len() <= 160, "{} characters", text.len());
            assert_eq!(
                message
                    .faults(&OneTimeCode::parse("012345").unwrap(), &UndoCode::parse("7K3D-9XQM").unwrap()),
                []
            );
        }
    }

    #[test]
    fn the_notice_of_a_change_is_in_the_sites_language_and_in_the_first_wanted_one_that_is_offered() {
        use SmsLanguage::{French, German, Persian};
        let texts = MessageText::new("Tea", "example.com", &ChallengePolicy::default())
            .in_languages(vec![German, French]);
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        let undo = UndoCode::parse("7K3D-9XQM").unwrap();
        let notices = |wanted: &[SmsLanguage]| {
            texts.tell_of_change(&to, &undo, DateTime::UNIX_EPOCH, TimeDelta::hours(72), wanted)
        };
        let both = notices(&[Persian, French]);
        assert_eq!(both.len(), 2);
        for (message, start) in both.iter().zip(["Ihr Konto bei Tea", "Votre compte Tea"]) {
            assert!(message.text.starts_with(start), "{}", message.text);
            assert_eq!(message.good_until, DateTime::UNIX_EPOCH + TimeDelta::hours(72));
            assert!(message.text.contains("7K3D-9XQM"), "{}", message.text);
            assert!(!message.text.contains("example.com") && !message.text.contains("21234567"));
        }
        for wanted in [&[][..], &[Persian], &[German, French]] {
            assert_eq!(notices(wanted).len(), 1, "{wanted:?}");
        }
    }

    #[test]
    fn the_lifetime_is_told_as_it_is() {
        for (seconds, told) in [
            (60, "1 minute"),
            (120, "2 minutes"),
            (600, "10 minutes"),
            (90, "90 seconds"),
            (30, "30 seconds"),
        ] {
            let policy =
                ChallengePolicy { code_lifetime: TimeDelta::seconds(seconds), ..ChallengePolicy::default() };
            let text = MessageText::new("Tea", "example.com", &policy)
                .text(&OneTimeCode::parse("012345").unwrap(), SmsLanguage::English);
            assert!(text.contains(&format!("Good for {told}.")), "{text}");
        }
    }

    #[test]
    fn every_language_is_one_segment_with_the_code_first_and_the_last_line() {
        let (code, undo) = (OneTimeCode::parse("012345").unwrap(), UndoCode::parse("7K3D-9XQM").unwrap());
        for (name, host) in [
            ("Tea", "example.com".to_owned()),
            ("nnnnnnnnnnnnnnnnnnnn", "a.example.com".to_owned()),
            ("nnnnnnnnnnnnnnnnnnnn", "h".repeat(HOST_MAX_CHARACTERS)),
        ] {
            for seconds in [60, 90, 120, 600] {
                let code_lifetime = TimeDelta::seconds(seconds);
                let policy = ChallengePolicy { code_lifetime, ..ChallengePolicy::default() };
                assert_eq!(
                    MessageText::new(name, &host, &policy).faults(&code, &undo),
                    [],
                    "{host} {seconds}"
                );
            }
        }
    }

    #[test]
    fn only_the_languages_that_gsm_lacks_are_ucs_2() {
        let texts = MessageText::new("Tea", "example.com", &ChallengePolicy::default());
        let code = OneTimeCode::parse("012345").unwrap();
        let is_gsm = |language: &&SmsLanguage| Length::of(&texts.text(&code, **language)).segment == 160;
        let gsm: Vec<_> = texts.languages().iter().filter(is_gsm).map(|language| language.tag()).collect();
        assert_eq!(gsm, ["en", "de", "es", "fr", "id", "it", "pt"]);
    }

    #[test]
    fn a_host_too_long_for_a_language_leaves_words_out_and_then_makes_it_english() {
        let code = OneTimeCode::parse("012345").unwrap();
        let text = |host: usize| {
            MessageText::new("Tea House of Tehran", &"h".repeat(host), &ChallengePolicy::default())
                .text(&code, SmsLanguage::Persian)
        };
        assert!(text(9).contains("Tea House"), "{}", text(9));
        assert!(text(30).starts_with("012345 کد ورود شما\n"), "{}", text(30));
        assert!(text(50).starts_with("012345 is your Tea House"), "{}", text(50));
    }

    #[test]
    fn the_first_wanted_language_that_is_offered_is_spoken() {
        use SmsLanguage::{French, German, Persian};
        let texts = MessageText::new("Tea", "example.com", &ChallengePolicy::default())
            .in_languages(vec![German, French]);
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        let code = OneTimeCode::parse("012345").unwrap();
        let text = |wanted: &[SmsLanguage]| texts.compose(&to, &code, DateTime::UNIX_EPOCH, wanted).text;
        assert!(text(&[Persian, French, German]).starts_with("012345 est votre code Tea."));
        assert!(text(&[Persian]).starts_with("012345 ist Ihr Code"));
        assert_eq!(text(&[]), text(&[Persian]));
    }

    #[test]
    fn debug_shows_neither_number_nor_code() {
        let text = MessageText::new("mobile-auth", "example.com", &ChallengePolicy::default());
        let to = PhoneNumber::parse("+989121234567", None).unwrap();
        let message = text.compose(&to, &OneTimeCode::parse("012345").unwrap(), DateTime::UNIX_EPOCH, &[]);
        assert_eq!(format!("{message:?}"), "SmsMessage { to: PhoneNumber(•••••••••••67), text: … }");
    }
}
