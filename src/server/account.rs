//! The use cases of an account that is signed in to: to see what is kept and where one is signed in, and to end it.

use chrono::{DateTime, Utc};

use super::{
    minute_counts,
    sign_in::{SignIn, unavailable},
    store::{
        account::{EndedSessions, SessionHolder},
        events::PastEvent,
    },
    visitor::Visitor,
};
use crate::domain::{
    event::EventKind,
    known_device::DeviceSecret,
    session::{Session, SessionSecret},
    sign_in_error::SignInError,
    throttle::Wait,
};

/// Events that the account page shows.
const EVENTS_SHOWN: u32 = 20;

/// Events that a download holds at most, the newest: more than a person makes in thirty days.
const EVENTS_DOWNLOADED: u32 = 1_000;

/// Downloads of one user in a minute: 5, more than a person wants, who may have clicked twice. Each is a long answer, which a slow
/// connection keeps in memory; so one account that reads as slowly as it may (1 kB/s) holds about 1 MB.
const DOWNLOADS_A_MINUTE: u32 = 5;

/// Everything that is kept about a user.
#[derive(Clone, Debug)]
pub struct Account {
    /// The session that asks.
    pub session: Session,
    /// Where the user is signed in, the present session first.
    pub sessions: Vec<Place>,
    /// The browsers that are known for the number.
    pub devices: Vec<Place>,
    /// What happened last, newest first.
    pub events: Vec<PastEvent>,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
    /// Since when the number gets no texts, if its owner told us to stop.
    pub texts_stopped_at: Option<DateTime<Utc>>,
}

/// A session or a device, as its user sees it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Names it in a form, and says nothing else: a keyed hash of its name in the store.
    pub handle: String,
    /// Whether it is the one that asks.
    pub is_present: bool,
    /// The browser, in words of ours.
    pub browser: String,
    /// The network it began in; empty when unknown.
    pub network: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it was last seen.
    pub last_seen: DateTime<Utc>,
}

impl SignIn {
    /// The account of whoever is signed in.
    ///
    /// # Errors
    /// `session_missing`, `account_in_doubt`, `unavailable`.
    pub async fn account(&self, visitor: &Visitor) -> Result<Account, SignInError> {
        self.account_of(self.signed_in(visitor).await?, EVENTS_SHOWN, visitor).await
    }

    /// The same with every event that is kept, to be taken away.
    ///
    /// # Errors
    /// `session_missing`, `account_in_doubt`, `too_many_requests`, `unavailable`.
    pub async fn download_account(&self, visitor: &Visitor) -> Result<Account, SignInError> {
        let session = self.signed_in(visitor).await?;
        let now = self.adapters.clock.now();
        if self.downloads.add(session.user_id, now) > DOWNLOADS_A_MINUTE {
            let wait = Wait::until(minute_counts::next(now), now);
            return Err(SignInError::TooManyRequests { retry_after_seconds: wait.map_or(0, Wait::seconds) });
        }
        let account = self.account_of(session, EVENTS_DOWNLOADED, visitor).await?;
        self.note(EventKind::DataDownloaded, "", None, &account.session.phone, visitor);
        Ok(account)
    }

    async fn account_of(
        &self,
        session: Session,
        events: u32,
        visitor: &Visitor,
    ) -> Result<Account, SignInError> {
        let user_id = session.user_id;
        let (sessions, devices) =
            (self.sessions(&session, visitor).await?, self.devices(&session, visitor).await?);
        let events = self.adapters.accounts.find_events(user_id, events).await.map_err(unavailable)?;
        let recovery_codes =
            self.adapters.accounts.count_recovery_codes(user_id).await.map_err(unavailable)?;
        let opt_out = self.opt_out(&session.phone).await.map_err(unavailable)?;
        let texts_stopped_at = opt_out.map(|opt_out| opt_out.since);
        Ok(Account { session, sessions, devices, events, recovery_codes, texts_stopped_at })
    }

    async fn sessions(&self, session: &Session, visitor: &Visitor) -> Result<Vec<Place>, SignInError> {
        let (now, policy) = (self.adapters.clock.now(), &self.rules.policy.session);
        let own = visitor.session.as_ref().map(SessionSecret::digest);
        let found = self.adapters.accounts.find_sessions(session.user_id).await.map_err(unavailable)?;
        let alive = found.into_iter().filter(|listed| {
            let (created_at, last_seen_at) = (listed.created_at, listed.last_seen_at);
            Session { created_at, last_seen_at, ..session.clone() }.is_active(now, policy)
        });
        let mut places: Vec<_> = alive
            .map(|listed| Place {
                handle: self.names.handle("session", listed.digest.as_bytes()),
                is_present: own == Some(listed.digest),
                browser: listed.browser,
                network: listed.network,
                since: listed.created_at,
                last_seen: listed.last_seen_at,
            })
            .collect();
        places.sort_by_key(|place| !place.is_present);
        Ok(places)
    }

    async fn devices(&self, session: &Session, visitor: &Visitor) -> Result<Vec<Place>, SignInError> {
        let own = visitor.device.as_ref().map(DeviceSecret::digest);
        let found = self.adapters.accounts.find_devices(session.user_id).await.map_err(unavailable)?;
        let places = found.into_iter().map(|listed| Place {
            handle: self.names.handle("device", &listed.id.to_be_bytes()),
            is_present: own == Some(listed.digest),
            browser: listed.browser,
            network: String::new(),
            since: listed.created_at,
            last_seen: listed.last_used_at,
        });
        Ok(places.collect())
    }

    /// Ends the session that a form names. A handle that is no session of this user's ends nothing. Says whether it was the
    /// one that asks.
    ///
    /// # Errors
    /// `session_missing`, `account_in_doubt`, `unavailable`.
    pub async fn end_session(&self, handle: &str, visitor: &Visitor) -> Result<bool, SignInError> {
        let session = self.signed_in(visitor).await?;
        let found = self.adapters.accounts.find_sessions(session.user_id).await.map_err(unavailable)?;
        let is_named = |digest: &[u8]| self.names.handle("session", digest) == handle;
        let Some(named) = found.into_iter().find(|listed| is_named(listed.digest.as_bytes())) else {
            return Ok(false);
        };
        self.end_sessions(&session, EndedSessions::One(named.digest), visitor).await?;
        Ok(visitor.session.as_ref().map(SessionSecret::digest) == Some(named.digest))
    }

    /// Ends every session of this user but the one that asks.
    ///
    /// # Errors
    /// `session_missing`, `account_in_doubt`, `unavailable`.
    pub async fn end_other_sessions(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let session = self.signed_in(visitor).await?;
        self.end_sessions(&session, EndedSessions::Others, visitor).await
    }

    /// Ends every session of this user.
    ///
    /// # Errors
    /// `session_missing`, `account_in_doubt`, `unavailable`.
    pub async fn end_all_sessions(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let session = self.signed_in(visitor).await?;
        self.end_sessions(&session, EndedSessions::All, visitor).await
    }

    async fn end_sessions(
        &self,
        session: &Session,
        which: EndedSessions,
        visitor: &Visitor,
    ) -> Result<(), SignInError> {
        let holder = holder(session, visitor)?;
        let ended = self.adapters.accounts.end_sessions(&holder, which).await.map_err(unavailable)?;
        let ended = u32::try_from(ended.ok_or(SignInError::SessionMissing)?).unwrap_or(u32::MAX);
        if ended > 0 {
            self.note(EventKind::SessionsEnded, "", Some(ended), &session.phone, visitor);
        }
        Ok(())
    }

    /// Forgets the browser that a form names. A handle that is no device of this user's forgets nothing.
    ///
    /// # Errors
    /// `session_missing`, `account_in_doubt`, `unavailable`.
    pub async fn forget_device(&self, handle: &str, visitor: &Visitor) -> Result<(), SignInError> {
        let session = self.signed_in(visitor).await?;
        let found = self.adapters.accounts.find_devices(session.user_id).await.map_err(unavailable)?;
        let is_named = |id: i64| self.names.handle("device", &id.to_be_bytes()) == handle;
        let Some(named) = found.into_iter().find(|listed| is_named(listed.id)) else { return Ok(()) };
        self.forget_devices(&session, Some(named.id), visitor).await
    }

    /// Forgets every browser that is known for this user's number.
    ///
    /// # Errors
    /// `session_missing`, `account_in_doubt`, `unavailable`.
    pub async fn forget_all_devices(&self, visitor: &Visitor) -> Result<(), SignInError> {
        let session = self.signed_in(visitor).await?;
        self.forget_devices(&session, None, visitor).await
    }

    async fn forget_devices(
        &self,
        session: &Session,
        id: Option<i64>,
        visitor: &Visitor,
    ) -> Result<(), SignInError> {
        let holder = holder(session, visitor)?;
        let forgotten = self.adapters.accounts.forget_devices(&holder, id).await.map_err(unavailable)?;
        let forgotten = u32::try_from(forgotten.ok_or(SignInError::SessionMissing)?).unwrap_or(u32::MAX);
        if forgotten > 0 {
            // A browser may have several rows, see the store.
            let forgotten = if id.is_some() { 1 } else { forgotten };
            self.note(EventKind::DevicesForgotten, "", Some(forgotten), &session.phone, visitor);
        }
        Ok(())
    }

    /// The session of whoever asks, if it is not in doubt that the account is theirs.
    pub(super) async fn signed_in(&self, visitor: &Visitor) -> Result<Session, SignInError> {
        let session = self.session(visitor.session.as_ref()).await?.ok_or(SignInError::SessionMissing)?;
        if self.is_in_doubt(&session) { Err(SignInError::AccountInDoubt) } else { Ok(session) }
    }
}

/// Who acts on the account, by what the store knows of them.
pub(super) fn holder(session: &Session, visitor: &Visitor) -> Result<SessionHolder, SignInError> {
    let secret = visitor.session.as_ref().ok_or(SignInError::SessionMissing)?;
    Ok(SessionHolder { user_id: session.user_id, session: secret.digest() })
}
