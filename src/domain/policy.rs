//! Every number of the sign-in rule, each with its source.

use chrono::TimeDelta;

use super::{budget::BudgetPolicy, conversion::ConversionPolicy, limit::RecordOnly, throttle::Quota};

/// Digits in a code: 10^6 codes are 19.9 bits (NIST SP 800-63B-4 §3.1.3.2, ASVS 6.5.4: at least 20 bits "about").
pub const CODE_DIGITS: usize = 6;

/// Longest phone input in bytes that is looked at; anything longer is refused before parsing (CVE-2024-39697).
pub const PHONE_INPUT_MAX_BYTES: usize = 64;

/// All the limits of one sign-in. The defaults are the product's policy; each may be configured within its bounds.
#[derive(Clone, Debug, Default)]
pub struct SignInPolicy {
    /// Codes and guesses.
    pub challenge: ChallengePolicy,
    /// How often codes are sent.
    pub sends: SendPolicy,
    /// How often one may guess.
    pub guesses: GuessPolicy,
    /// What codes may cost.
    pub budget: BudgetPolicy,
    /// When codes to a destination are sent for somebody's profit.
    pub conversion: ConversionPolicy,
    /// Limits that count and log, and refuse nothing.
    pub record_only: RecordOnly,
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

/// How often codes are sent. Nothing refills a quota but time.
#[derive(Clone, Debug)]
pub struct SendPolicy {
    /// The wait after the first, second, … send of the last hour to one number; the last one repeats. 30, 60, 120, 300 s
    /// (Clerk starts at 30 s, Supabase and Authgear at 60 s).
    pub waits: Vec<TimeDelta>,
    /// To one number, from all unknown devices together: 5 an hour, 10 in 24 h (Twilio Verify: 5 in 10 min; Authgear: 10
    /// an hour, 50 a day).
    pub per_phone: Vec<Quota>,
    /// For each known device, beyond those: 3 an hour, 5 in 24 h (login.gov keeps confirmed numbers apart too).
    pub per_device: Vec<Quota>,
    /// From one subscriber (IPv4 address, IPv6 /64): 10 in 10 min, 30 an hour, 100 in 24 h (login.gov: 25 in 5 min).
    pub per_address: Vec<Quota>,
    /// From one site of a network (IPv4 /24, IPv6 /48): 100 an hour.
    pub per_network: Vec<Quota>,
    /// To numbers that differ in the last three digits only: 20 an hour (pumping uses neighbouring numbers).
    pub per_block: Vec<Quota>,
}

impl Default for SendPolicy {
    fn default() -> Self {
        Self {
            waits: [30, 60, 120, 300].map(TimeDelta::seconds).to_vec(),
            per_phone: vec![Quota::new(5, TimeDelta::hours(1)), Quota::new(10, TimeDelta::hours(24))],
            per_device: vec![Quota::new(3, TimeDelta::hours(1)), Quota::new(5, TimeDelta::hours(24))],
            per_address: vec![
                Quota::new(10, TimeDelta::minutes(10)),
                Quota::new(30, TimeDelta::hours(1)),
                Quota::new(100, TimeDelta::hours(24)),
            ],
            per_network: vec![Quota::new(100, TimeDelta::hours(1))],
            per_block: vec![Quota::new(20, TimeDelta::hours(1))],
        }
    }
}

/// How often one may guess, beyond the guesses of one challenge.
#[derive(Clone, Debug)]
pub struct GuessPolicy {
    /// Wrong guesses at one number from all unknown devices together: 10 in 24 h. One guess in a million is right, so
    /// that a number whose attacker never rests is opened with a probability of 1 in 100,000 a day.
    pub per_phone: Vec<Quota>,
    /// Wrong guesses from one known device: 10 in 24 h.
    pub per_device: Vec<Quota>,
    /// Wrong guesses from one subscriber, at whatever numbers: 30 an hour, 100 in 24 h.
    pub per_address: Vec<Quota>,
    /// Wrong guesses in a row since the last right one, however long ago: 100 (NIST SP 800-63B-4 §3.2.2).
    pub consecutive_failures: u32,
}

impl Default for GuessPolicy {
    fn default() -> Self {
        Self {
            per_phone: vec![Quota::new(10, TimeDelta::hours(24))],
            per_device: vec![Quota::new(10, TimeDelta::hours(24))],
            per_address: vec![Quota::new(30, TimeDelta::hours(1)), Quota::new(100, TimeDelta::hours(24))],
            consecutive_failures: 100,
        }
    }
}

/// How long a person stays signed in.
#[derive(Clone, Debug)]
pub struct SessionPolicy {
    /// A session not seen for this long is over: 7 days (ASVS 7.3.1 wants a documented value).
    pub idle_timeout: TimeDelta,
    /// A session is over after this, whatever happened: 30 days (NIST SP 800-63B-4, AAL1).
    pub absolute_timeout: TimeDelta,
    /// How long after its code a session may do what is sensitive: 10 min (ASVS 7.5.3).
    pub fresh_for: TimeDelta,
    /// An account that nobody used for this long is in doubt when it is signed in to in a browser that is not known: 180 days,
    /// twice as long as operators let a number rest before they give it to somebody else.
    pub dormant_after: TimeDelta,
    /// How long somebody waits whose claim to such an account nothing else speaks for: 7 days.
    pub claim_wait: TimeDelta,
    /// How old the noted activity may be before it is written anew: 1 h, so that a page costs no commit.
    pub touch_after: TimeDelta,
}

impl Default for SessionPolicy {
    fn default() -> Self {
        Self {
            idle_timeout: TimeDelta::days(7),
            absolute_timeout: TimeDelta::days(30),
            fresh_for: TimeDelta::minutes(10),
            dormant_after: TimeDelta::days(180),
            claim_wait: TimeDelta::days(7),
            touch_after: TimeDelta::hours(1),
        }
    }
}

/// What is deleted when.
#[derive(Clone, Debug)]
pub struct RetentionPolicy {
    /// Challenges, codes and send times are kept this long: 24 h, which the daily send quota needs.
    pub attempts: TimeDelta,
    /// Sums are kept this long: 29 days, for what is usual in four weeks.
    pub tallies: TimeDelta,
    /// The record of what happened is kept this long: 30 days (ASVS 14.2.7 wants a documented time).
    pub events: TimeDelta,
    /// A browser that did not sign in for this long is forgotten: 400 days, as long as browsers keep a cookie
    /// (RFC 6265bis §5.5).
    pub devices: TimeDelta,
    /// From asking until an account is deleted: 7 days, time to notice that somebody else asked.
    pub deletion_grace: TimeDelta,
    /// How long whoever has the number that an account has left can take the account back: 72 h, a weekend.
    pub former_numbers: TimeDelta,
    /// A user who never verified a code is deleted after this: 24 h.
    pub inactive_users: TimeDelta,
    /// Rows deleted in one transaction: few enough to leave room for people signing in.
    pub batch: u32,
}

impl Default for RetentionPolicy {
    fn default() -> Self {
        Self {
            attempts: TimeDelta::hours(24),
            tallies: TimeDelta::days(29),
            events: TimeDelta::days(30),
            devices: TimeDelta::days(400),
            deletion_grace: TimeDelta::days(7),
            former_numbers: TimeDelta::hours(72),
            inactive_users: TimeDelta::hours(24),
            batch: 500,
        }
    }
}
