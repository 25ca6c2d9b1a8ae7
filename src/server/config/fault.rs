//! What is wrong with the configuration, told so that it can be mended at once.

use super::setting::{Setting, Source};

/// One fault. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The setting or the file, as the operator writes it: `[code] guesses`.
    pub subject: String,
    /// Where the value came from; `None` where the subject says it.
    pub origin: Option<Source>,
    /// What is wrong, as the rest of a sentence that the subject begins.
    pub problem: String,
    /// What to do instead, as a whole sentence.
    pub remedy: String,
}

impl Fault {
    /// A fault of a setting.
    pub fn of(setting: &Setting, source: Source, complaint: Complaint) -> Self {
        let Complaint { problem, remedy } = complaint;
        Self { subject: setting.to_string(), origin: Some(source), problem, remedy }
    }

    /// A fault of a file or a variable as a whole.
    pub fn of_whole(
        subject: impl std::fmt::Display,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (problem, remedy) = (problem.into(), remedy.into());
        Self { subject: subject.to_string(), origin: None, problem, remedy }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { subject, origin, problem, remedy } = self;
        match origin {
            None | Some(Source::Default) => write!(f, "{subject} {problem}. {remedy}"),
            Some(source) => write!(f, "{subject} {problem} (from {source}). {remedy}"),
        }
    }
}

/// What a rule says against a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    problem: String,
    remedy: String,
}

impl Complaint {
    /// `problem` is the rest of a sentence that begins with the setting; `remedy` is a sentence of its own.
    pub fn new(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { problem: problem.into(), remedy: remedy.into() }
    }
}

/// All faults of a configuration: at least one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = self.0.len();
        let title = if count == 1 { "one fault".to_owned() } else { format!("{count} faults") };
        write!(f, "the configuration has {title}:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

/// The name most like `wrong`, when one is alike enough to be meant: Jaro-Winkler above 0.8, under which the
/// names of this product begin to look alike by accident.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let alike = |name: &&str| strsim::jaro_winkler(wrong, name);
    let best = names.into_iter().max_by(|one, other| alike(one).total_cmp(&alike(other)))?;
    (alike(&best) > 0.8).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_setting_origin_and_remedy() {
        let source = Source::Environment("MOBILE_AUTH_CODE_GUESSES".to_owned());
        let complaint = Complaint::new("is “12”, more than 10", "Write a whole number from 1 to 10.");
        let fault = Fault::of(&Setting::new("code", "guesses"), source, complaint);
        assert_eq!(
            Faults::from(fault).to_string(),
            "the configuration has one fault:\n  - [code] guesses is “12”, more than 10 \
             (from environment, MOBILE_AUTH_CODE_GUESSES). Write a whole number from 1 to 10."
        );
    }

    #[test]
    fn the_nearest_name_is_offered_only_when_alike() {
        let names = ["provider", "outbox_path"];
        assert_eq!(nearest("provder", names), Some("provider"));
        assert_eq!(nearest("outboxpath", names), Some("outbox_path"));
        assert_eq!(nearest("colour", names), None);
    }
}
