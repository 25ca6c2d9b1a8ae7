//! Reads settings as numbers, lists, …, and collects what is wrong, so that all faults are told at once.

use std::ops::RangeInclusive;

use super::{
    fault::{Complaint, Fault, nearest},
    gather::Settings,
    setting::{Given, Setting, Source, Value},
};

/// Whether the site is tried out or real.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Environment {
    /// Needs no setting at all.
    #[default]
    Development,
    /// Wants everything that matters to be said.
    Production,
}

/// Gives typed values. A method that finds a fault notes it and returns something of the right type, which nobody
/// sees: with a fault there is no configuration.
#[derive(Debug)]
pub struct Reader {
    settings: Settings,
    faults: Vec<Fault>,
}

impl Reader {
    /// Reads these settings, with the faults found so far.
    pub fn new(settings: Settings, faults: Vec<Fault>) -> Self {
        Self { settings, faults }
    }

    /// The settings, when all were good.
    ///
    /// # Errors
    /// Every fault that was found.
    pub fn finish(self) -> Result<Settings, Vec<Fault>> {
        if self.faults.is_empty() { Ok(self.settings) } else { Err(self.faults) }
    }

    /// Where faults that are no setting's are added.
    pub fn faults(&mut self) -> &mut Vec<Fault> {
        &mut self.faults
    }

    /// Fills in a default that follows from other settings.
    pub fn fill(&mut self, setting: &Setting, value: impl Into<String>) {
        self.settings.fill(setting, value);
    }

    /// What was given, if anything but emptiness was.
    pub fn given(&self, setting: &Setting) -> Option<Given> {
        self.settings.get(setting).filter(|given| !given.value.is_empty())
    }

    /// Whether anything was given, emptiness too.
    pub fn was_given(&self, setting: &Setting) -> bool {
        self.settings.get(setting).is_some()
    }

    /// Notes a fault of a setting as it was given.
    pub fn complain(&mut self, setting: &Setting, complaint: Complaint) {
        let source = self.settings.get(setting).map_or(Source::Default, |given| given.source);
        let fault = Fault::of(setting, source, complaint);
        // Two that need the same setting tell it once.
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Reads a setting that may be left out, or left empty.
    pub fn optional<T>(
        &mut self,
        setting: &Setting,
        read: impl FnOnce(&Value) -> Result<T, Complaint>,
    ) -> Option<T> {
        let given = self.given(setting)?;
        read(&given.value).map_err(|complaint| self.complain(setting, complaint)).ok()
    }

    /// Reads a setting that must not be empty; `fallback` stands in where there is a fault.
    pub fn required<T>(
        &mut self,
        setting: &Setting,
        fallback: T,
        read: impl FnOnce(&Value) -> Result<T, Complaint>,
    ) -> T {
        if self.given(setting).is_none() {
            self.complain(setting, Complaint::new("is empty", "Give a value, or leave it out."));
            return fallback;
        }
        self.optional(setting, read).unwrap_or(fallback)
    }

    /// One piece of text without spaces around it.
    pub fn text(value: &Value) -> Result<&str, Complaint> {
        match value {
            Value::One(text) => Ok(text.trim()),
            Value::Many(_) => Err(Complaint::new("is a list", "Write one value.")),
        }
    }

    /// A whole number within bounds.
    pub fn number(&mut self, setting: &Setting, bounds: RangeInclusive<u32>) -> u32 {
        self.required(setting, *bounds.start(), |value| number(Self::text(value)?, &bounds))
    }

    /// Whole numbers within bounds, as many as `count` says.
    pub fn numbers(
        &mut self,
        setting: &Setting,
        bounds: RangeInclusive<u32>,
        count: RangeInclusive<usize>,
    ) -> Vec<u32> {
        self.required(setting, Vec::new(), |value| {
            let entries = value.entries();
            if !count.contains(&entries.len()) {
                let (least, most) = (count.start(), count.end());
                let remedy = format!("Write {least} to {most} of them.");
                return Err(Complaint::new(format!("has {} numbers", entries.len()), remedy));
            }
            entries.into_iter().map(|entry| number(entry, &bounds)).collect()
        })
    }

    /// `true` or `false`.
    pub fn flag(&mut self, setting: &Setting) -> bool {
        self.choice(setting, &[("true", true), ("false", false)])
    }

    /// One of a few words.
    pub fn choice<T: Copy + Default>(&mut self, setting: &Setting, choices: &[(&str, T)]) -> T {
        self.required(setting, T::default(), |value| {
            let text = Self::text(value)?;
            let found = choices.iter().find(|(word, _)| *word == text).map(|&(_, choice)| choice);
            found.ok_or_else(|| {
                let words: Vec<&str> = choices.iter().map(|&(word, _)| word).collect();
                let meant = nearest(text, words.iter().copied())
                    .map_or(String::new(), |word| format!(" Did you mean “{word}”?"));
                Complaint::new(quoted(text), format!("Write {}.{meant}", words.join(" or ")))
            })
        })
    }
}

/// `is “…”`, for a value that is no secret; a long one is cut.
pub fn quoted(text: &str) -> String {
    let printable = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    let shown: String = text.chars().take(60).map(printable).collect();
    let more = if text.chars().nth(60).is_some() { "…" } else { "" };
    format!("is “{shown}{more}”")
}

fn number(text: &str, bounds: &RangeInclusive<u32>) -> Result<u32, Complaint> {
    let (least, most) = (bounds.start(), bounds.end());
    let number = text.parse().ok().filter(|number| bounds.contains(number));
    number
        .ok_or_else(|| Complaint::new(quoted(text), format!("Write a whole number from {least} to {most}.")))
}
