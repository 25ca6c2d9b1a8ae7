//! What the operator asks of the store, beside those who sign in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Override, StoreError, events::NewEvent, opt_outs::OptOutStore};
use crate::domain::{budget::Spent, phone_number::PhoneNumber, throttle::ThrottleKey};

/// How the limits stand.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// What was spent by everybody.
    pub site: Spent,
    /// What was spent by country, those with messages in the last day.
    pub countries: Vec<(String, Spent)>,
    /// Wrong guesses at all numbers: in the last hour and in the last day.
    pub wrong_guesses: (u64, u64),
    /// How often a limit that only records would have refused something in the last day, by its name.
    pub over: Vec<(String, u64)>,
    /// The overrides that hold.
    pub overrides: Vec<Override>,
    /// Rows that are dated more than five minutes ahead: some clock was.
    pub ahead: u64,
}

/// The operator's acts. Each returns after its commit, and every server on the database follows at its next act. Each is given the
/// event that tells of it, which is kept in the same commit, unless nothing changed.
#[async_trait]
pub trait OperatorStore: OptOutStore {
    /// How the limits stand.
    async fn find_standing(&self, now: DateTime<Utc>) -> Result<Standing, StoreError>;

    /// Lets something else hold than the configuration says.
    async fn set_override(&self, new: &Override, event: &NewEvent) -> Result<(), StoreError>;

    /// Lets the configuration hold again. `false`: it did.
    async fn delete_override(&self, name: &str, event: &NewEvent) -> Result<bool, StoreError>;

    /// Forgets the failures in a row of a number, those of `key` and of every browser that is known for it. `false`: there
    /// were none.
    async fn reopen_phone(
        &self,
        key: &ThrottleKey,
        phone: &PhoneNumber,
        event: &NewEvent,
    ) -> Result<bool, StoreError>;

    /// Ends every session of a number and of the account that has left it lately, or of everybody (`None`), and says how many:
    /// whoever stole a phone may have changed the number. The event is kept with that number, also where it is 0.
    async fn end_sessions_of(&self, phone: Option<&PhoneNumber>, event: NewEvent) -> Result<u64, StoreError>;

    /// Dates as of now what limits and sessions go by and is dated more than five minutes ahead, and says how many rows that were; the
    /// event is kept with that number.
    async fn redate(&self, event: NewEvent) -> Result<u64, StoreError>;

    /// Forgets how the codes to a destination prefix were used, so that it is not paused. `false`: none was sent.
    async fn resume_prefix(&self, prefix: &ThrottleKey, event: &NewEvent) -> Result<bool, StoreError>;
}
