//! An account's number: how it becomes another, and how it becomes what it was.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{NewSession, SpentGuess, StoreError};
use crate::domain::{challenge::Challenge, phone_number::PhoneNumber, undo_code::UndoDigest, user::UserId};

/// A number about to become that of an account.
#[derive(Clone, Debug)]
pub struct NumberChange {
    /// Whose account; its present number is left.
    pub user_id: UserId,
    /// The right code of the new number, the session that asks (the earlier one), and the session that takes its place.
    pub session: NewSession,
    /// What is kept of the code that goes to the present number.
    pub undo: UndoDigest,
    /// How long that code is good.
    pub kept_until: DateTime<Utc>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberChanged {
    /// The account has the new number. This was the number before.
    Done(PhoneNumber),
    /// Another account has the number, or had it until lately. Nothing changed but that the code is used up.
    Taken,
    /// The session that asks has ended meanwhile. Nothing changed but that the code is used up.
    SessionEnded,
    /// The code was used already. Nothing changed.
    AlreadyUsed,
}

/// A change about to be undone.
#[derive(Clone, Debug)]
pub struct NumberUndo {
    /// The number that comes back.
    pub phone: PhoneNumber,
    /// What is kept of the code.
    pub digest: UndoDigest,
    /// Now.
    pub at: DateTime<Utc>,
}

/// Numbers of accounts. Each is one atomic act.
#[async_trait]
pub trait NumberStore: Send + Sync {
    /// Consumes the challenge, gives its number to the account, ends every session of it and every attempt to sign in with
    /// the number before, forgets its devices, keeps the number before for whoever has it, and begins the new session: all
    /// or nothing. Of any number of callers at once with one code exactly one gets an answer other than
    /// [`NumberChanged::AlreadyUsed`].
    async fn change_number(&self, new: &NumberChange) -> Result<NumberChanged, StoreError>;

    /// Whose number this was until lately, if anybody's.
    async fn find_former_user(
        &self,
        phone: &PhoneNumber,
        now: DateTime<Utc>,
    ) -> Result<Option<UserId>, StoreError>;

    /// Gives the number back to the account that left it lately, ends every session of the account, forgets its devices and
    /// recovery codes, and keeps it if its deletion was asked for: whoever changed the number may have done all that.
    /// `false`, and nothing changed: it is not the code that was sent there, or its time is over.
    async fn undo_change(&self, undo: &NumberUndo) -> Result<bool, StoreError>;

    /// Uses up a right code that opens nothing.
    async fn discard(&self, challenge: &Challenge, guess: &SpentGuess) -> Result<(), StoreError>;
}
