//! Every number of the sign-in rule, each with its source.

use chrono::TimeDelta;

/// Digits in a code: 10^6 codes are 19.9 bits (NIST SP 800-63B-4 §3.1.3.2, ASVS 6.5.4: at least 20 bits "about").
pub const CODE_DIGITS: usize = 6;

/// Longest phone input in bytes that is looked at; anything longer is refused before parsing (CVE-2024-39697).
pub const PHONE_INPUT_MAX_BYTES: usize = 64;

/// All the limits of one sign-in. The defaults are the product's policy; each may be configured within its bounds.
#[derive(Clone, Debug, Default)]
pub struct SignInPolicy {
    /// Codes and guesses.
    pub challenge: ChallengePolicy,
    /// How often a code is sent to one number.
    pub sends: SendPolicy,
    /// How long a person stays signed in.
    pub session: SessionPolicy,
    /// What is deleted when.
    pub retention: RetentionPolicy,
}

/// The life of one attempt to sign in.
#[derive(Clone, Debug)]
pub struct ChallengePolicy {
    /// A code is good while its age is at most this: 120 s. The guide this product grew from says two minutes.
    pub code_lifetime: TimeDelta,
    /// A challenge dies this long after its first code: 10 min, the ceiling of NIST SP 800-63B-4 and ASVS 6.5.5.
    pub lifetime: TimeDelta,
    /// Guesses in one challenge, over all its codes, never refilled: 5 (Twilio Verify, Ory Kratos, SuperTokens).
    pub guesses: u32,
}

impl Default for ChallengePolicy {
    fn default() -> Self {
        Self { code_lifetime: TimeDelta::seconds(120), lifetime: TimeDelta::minutes(10), guesses: 5 }
    }
}

/// How often a code is sent to one number, from whatever browser.
#[derive(Clone, Debug)]
pub struct SendPolicy {
    /// The wait after the first, second, … send of the last hour; the last one repeats. 30, 60, 120, 300 s
    /// (Clerk starts at 30 s, Supabase and Authgear at 60 s).
    pub waits: Vec<TimeDelta>,
    /// Sends in any rolling hour: 5 (Twilio Verify allows 5 in 10 min).
    pub per_hour: usize,
    /// Sends in any rolling 24 h: 10 (Authgear: 50 a day; Keycloak phone provider: 3 an hour).
    pub per_day: usize,
}

impl Default for SendPolicy {
    fn default() -> Self {
        Self { waits: [30, 60, 120, 300].map(TimeDelta::seconds).to_vec(), per_hour: 5, per_day: 10 }
    }
}

/// How long a person stays signed in.
#[derive(Clone, Debug)]
pub struct SessionPolicy {
    /// A session not seen for this long is over: 7 days (ASVS 7.3.1 wants a documented value).
    pub idle_timeout: TimeDelta,
    /// A session is over after this, whatever happened: 30 days (NIST SP 800-63B-4, AAL1).
    pub absolute_timeout: TimeDelta,
    /// How old the noted activity may be before it is written anew: 1 h, so that a page costs no commit.
    pub touch_after: TimeDelta,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            idle_timeout: TimeDelta::days(7),
            absolute_timeout: TimeDelta::days(30),
            touch_after: TimeDelta::hours(1),
        }
    }
}

/// What is deleted when.
#[derive(Clone, Debug)]
pub struct RetentionPolicy {
    /// Challenges, codes and send times are kept this long: 24 h, which the daily send quota needs.
    pub attempts: TimeDelta,
    /// A user who never verified a code is deleted after this: 24 h.
    pub inactive_users: TimeDelta,
    /// Rows deleted in one transaction: few enough to leave room for people signing in.
    pub batch: u32,
}

impl Default for RetentionPolicy {
    fn default() -> Self {
        Self { attempts: TimeDelta::hours(24), inactive_users: TimeDelta::hours(24), batch: 500 }
    }
}
