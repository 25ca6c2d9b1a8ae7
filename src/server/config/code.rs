//! `[code]`: how long codes live, how often one may guess, how long one waits for the next.

use chrono::TimeDelta;

use super::{fault::Complaint, reader::Reader, setting::Setting};
use crate::domain::policy::ChallengePolicy;

/// Seconds a code is good: 30 to 600. Below 30 an SMS is late; 600 is the ceiling of NIST SP 800-63B-4.
pub const LIFETIME_SECONDS: Setting = Setting::new("code", "lifetime_seconds").or("120");
/// Guesses in one challenge: 1 to 10. At 10, one in 100,000 who guess blindly gets in.
pub const GUESSES: Setting = Setting::new("code", "guesses").or("5");
/// Seconds a challenge lives: 120 to 600, and not less than its codes.
pub const CHALLENGE_LIFETIME_SECONDS: Setting = Setting::new("code", "challenge_lifetime_seconds").or("600");
/// Seconds of wait after the first, second, … code of an hour; the last repeats. Up to 10 numbers of 1 to 3600.
pub const RESEND_WAITS_SECONDS: Setting = Setting::new("code", "resend_waits_seconds").or("30, 60, 120, 300");

/// What `[code]` says.
#[derive(Debug)]
pub struct CodeSettings {
    /// Lives and guesses.
    pub challenge: ChallengePolicy,
    /// The wait after the first, second, … send.
    pub resend_waits: Vec<TimeDelta>,
}

/// Reads `[code]`.
pub fn read(reader: &mut Reader) -> CodeSettings {
    let code = reader.number(&LIFETIME_SECONDS, 30..=600);
    let challenge = reader.number(&CHALLENGE_LIFETIME_SECONDS, 120..=600);
    if challenge < code {
        let problem = format!("is {challenge}, less than the {code} s of one code");
        let remedy = format!("Write at least {code}, or shorten [code] lifetime_seconds.");
        reader.complain(&CHALLENGE_LIFETIME_SECONDS, Complaint::new(problem, remedy));
    }
    let waits = reader.numbers(&RESEND_WAITS_SECONDS, 1..=3600, 1..=10);
    CodeSettings {
        challenge: ChallengePolicy {
            code_lifetime: TimeDelta::seconds(code.into()),
            lifetime: TimeDelta::seconds(challenge.into()),
            guesses: reader.number(&GUESSES, 1..=10),
        },
        resend_waits: waits.into_iter().map(|seconds| TimeDelta::seconds(seconds.into())).collect(),
    }
}
