//! What the acts of a [`Store`](super::Store) are given, and what comes of them.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::{
    budget_mark::MarkPassed,
    challenge::{Challenge, ChallengeDigest, Purpose},
    channel::Channel,
    known_device::DeviceDigest,
    limit::Excess,
    one_time_code::CodeDigest,
    phone_number::PhoneNumber,
    policy::{SessionPolicy, SignInPolicy},
    recovery_code::RecoveryDigest,
    region_code::RegionCode,
    session::SessionDigest,
    throttle::ThrottleKey,
    user::UserId,
};

/// Browsers that may be known for one number; the one unused for longest is forgotten first.
pub const DEVICES_PER_USER: i64 = 10;

/// Sessions of one account at a time; the oldest is ended first (ASVS 7.1.2 wants a documented number).
pub const SESSIONS_PER_USER: i64 = 20;

/// The names of the budgets that an act spends from.
#[derive(Clone, Copy, Debug)]
pub struct BudgetKeys {
    /// The number's.
    pub phone: ThrottleKey,
    /// That of the numbers that differ in the last three digits only.
    pub block: ThrottleKey,
    /// That of the numbers that differ in the last four digits only.
    pub prefix: ThrottleKey,
    /// The subscriber's: an IPv4 address or an IPv6 /64.
    pub address: ThrottleKey,
    /// That of the subscriber's site: an IPv4 /24 or an IPv6 /48.
    pub network: ThrottleKey,
    /// Codes to the number that its known devices asked for, all of them together: a new device must not mean a new budget.
    pub known: ThrottleKey,
    /// Guesses of the subscriber at recovery codes.
    pub recovery: ThrottleKey,
    /// No budget: under this name the word of the number's owner to our senders is kept.
    pub opt_out: ThrottleKey,
}

/// Who spends, from which budgets, when, and by which rules.
#[derive(Clone, Debug)]
pub struct Spender {
    /// The number.
    pub phone: PhoneNumber,
    /// Its country.
    pub country: Option<RegionCode>,
    /// What the browser shows to be known; whether it is known for this number, the store says.
    pub device: Option<DeviceDigest>,
    /// The names of the budgets of unknown devices.
    pub keys: BudgetKeys,
    /// Now.
    pub at: DateTime<Utc>,
    /// The limits in force: for sends with the operator's overrides, for guesses those of the configuration.
    pub policy: Arc<SignInPolicy>,
}

impl Spender {
    /// The same where the code goes that way, and costs what that costs.
    #[must_use]
    pub fn by(self, channel: Channel) -> Self {
        if channel == Channel::Text {
            return self;
        }
        let mut policy = SignInPolicy::clone(&self.policy);
        policy.budget = policy.budget.for_channel(channel);
        Self { policy: Arc::new(policy), ..self }
    }
}

/// A code about to be sent.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// The challenge it belongs to.
    pub challenge: ChallengeDigest,
    /// What is kept of it.
    pub digest: CodeDigest,
    /// Who asks for it; it is sent now.
    pub spender: Spender,
}

/// A challenge about to begin with its first code.
#[derive(Clone, Debug)]
pub struct NewChallenge {
    /// The first code, which names the challenge, its start and the number; the number's user is created inactive when
    /// unknown.
    pub code: NewCode,
    /// What it is for.
    pub purpose: Purpose,
    /// The number as the person typed it.
    pub phone_as_typed: String,
    /// The region the person chose.
    pub region: Option<RegionCode>,
    /// The browser's earlier challenge, whose codes die.
    pub earlier: Option<ChallengeDigest>,
}

/// Whether a code may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendClaim {
    /// Yes; the send is counted.
    Granted(Granted),
    /// No; nothing was changed.
    Refused(Excess),
}

/// What a message that was surely not accepted gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refund {
    /// Everything: it was the provider's fault.
    Everything,
    /// Everything but what is the visitor's: of its address and its network, or, where the browser is known, of the lane that it and
    /// the number's other known browsers have. It may be the number's fault, and whoever tries that out must not be able to do so
    /// without end.
    AllButTheVisitors,
}

/// What there is to say of a send that is granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Granted {
    /// Whether the browser is known for the number.
    pub is_known_device: bool,
    /// Whether the number's owner told us to stop: then no text may go there.
    pub is_opted_out: bool,
    /// Limits that would have refused it, did they not only record.
    pub over: Vec<Excess>,
    /// Budgets whose use passed a mark with this send, in hundredths.
    pub marks: Vec<MarkPassed>,
}

/// Tells one guess from the others, so that exactly it can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessId([u8; 16]);

impl GuessId {
    /// Wraps random bytes.
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes for a store to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A guess about to be judged.
#[derive(Clone, Debug)]
pub struct NewGuess {
    /// At the code of this challenge.
    pub challenge: ChallengeDigest,
    /// Which one it is.
    pub id: GuessId,
    /// Who guesses.
    pub spender: Spender,
}

/// Whether a guess may be judged.
#[derive(Clone, Debug)]
pub enum GuessClaim {
    /// Yes, and it is spent.
    Begun(Box<Begun>),
    /// There is nothing to guess at; nothing was spent.
    NotBegun,
    /// No; nothing was spent.
    Refused(Excess),
}

/// A guess that is spent and may now be judged.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What it is judged by, this guess counted.
    pub challenge: Challenge,
    /// What is taken back if it is right.
    pub guess: SpentGuess,
    /// Whose the number was until lately, if anybody's.
    pub former: Option<UserId>,
}

/// Whether a guess at a recovery code may be judged.
#[derive(Clone, Debug)]
pub enum RecoveryClaim {
    /// Yes, and it is spent; these limits, which only record, would have refused it.
    Begun(Vec<Excess>),
    /// No; nothing was spent.
    Refused(Excess),
}

/// Where a guess was counted as wrong.
#[derive(Clone, Debug)]
pub struct SpentGuess {
    /// Which one it is.
    pub id: GuessId,
    /// When.
    pub at: DateTime<Utc>,
    /// Under these names, of which one may stand twice; the first also counts the failures in a row.
    pub spent: [ThrottleKey; 2],
    /// The number's name: a right guess ends the failures in a row of strangers too.
    pub phone: ThrottleKey,
    /// The name of the destination prefix, whose code was used.
    pub prefix: ThrottleKey,
    /// Limits that would have refused it, did they not only record.
    pub over: Vec<Excess>,
    /// Whether wrong guesses at all numbers have just become so many that the operator is warned.
    pub is_alarming: bool,
}

/// What a person gave to be let in; it is used up.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The right code of this challenge, which also says whose session it is.
    Code(Challenge),
    /// One of the user's codes on paper; whether it is one, the store finds out.
    RecoveryCode {
        /// Whose it would be.
        user_id: UserId,
        /// What is kept of it.
        digest: RecoveryDigest,
    },
}

impl Proof {
    /// Whose session it opens.
    pub fn user_id(&self) -> UserId {
        match self {
            Self::Code(challenge) => challenge.user_id,
            Self::RecoveryCode { user_id, .. } => *user_id,
        }
    }
}

/// What came of a proof that was good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consumed {
    /// How many of the user's oldest sessions ended, because there were more than [`SESSIONS_PER_USER`].
    pub ended: u32,
    /// Whether it is in doubt whose account it opened.
    pub is_in_doubt: bool,
}

/// A session about to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// What the person was let in for.
    pub proof: Proof,
    /// The right guess, of a code that was sent.
    pub guess: Option<SpentGuess>,
    /// The number's name: its failures in a row are over.
    pub phone: ThrottleKey,
    /// What is kept of the session's secret.
    pub digest: SessionDigest,
    /// A session this browser had before, which ends.
    pub earlier: Option<SessionDigest>,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// The browser, in words of ours.
    pub browser: String,
    /// The network the sign-in came from, for the owner's eyes; empty when unknown.
    pub network: String,
    /// What makes the browser known from now on.
    pub device: NewDevice,
    /// By which it is in doubt whose account it is.
    pub policy: SessionPolicy,
}

/// What makes a browser known.
#[derive(Clone, Debug)]
pub struct NewDevice {
    /// What is kept of its new secret.
    pub digest: DeviceDigest,
    /// What was kept of the secret it had before: it is known under the new one from now on, with all its numbers.
    pub earlier: Option<DeviceDigest>,
    /// The name of its own budgets, unless it was known already: then it keeps the one it has, and nothing is refilled.
    pub lane: ThrottleKey,
}

/// The operator's word at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Of what; see [`crate::server::overrides::Overridable`].
    pub name: String,
    /// What holds.
    pub value: String,
    /// Until when; `None`: until it is taken back.
    pub until: Option<DateTime<Utc>>,
}
