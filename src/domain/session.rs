//! Who is signed in, and for how long.

use chrono::{DateTime, Utc};

use super::{
    doubt::Doubt, phone_number::PhoneNumber, policy::SessionPolicy, secret_token::secret_token, user::UserId,
};

secret_token! {
    /// The value of the session cookie: 256 random bits (ASVS 7.2.3 wants at least 128).
    SessionSecret,
    /// SHA-256 of a [`SessionSecret`]: what the database knows of a session.
    SessionDigest
}

/// A session as the store keeps it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who is signed in.
    pub user_id: UserId,
    /// The number they signed in with.
    pub phone: PhoneNumber,
    /// When the code was verified.
    pub created_at: DateTime<Utc>,
    /// The last request that was noted; see [`Session::is_due_for_touch`].
    pub last_seen_at: DateTime<Utc>,
    /// Whether it is in doubt whose account it is.
    pub doubt: Option<Doubt>,
    /// When the account goes, if its owner asked for it.
    pub deletes_at: Option<DateTime<Utc>>,
    /// Whether the account has a recovery code left.
    pub has_recovery_codes: bool,
}

impl Session {
    /// Whether the session still counts: younger than the absolute timeout, and seen within
    /// the idle timeout (ASVS 7.3.1 and 7.3.2; NIST SP 800-63B-4 AAL1 allows 30 days). With the account's end it ends too, whenever
    /// what is left of that is cleared away.
    pub fn is_active(&self, now: DateTime<Utc>, policy: &SessionPolicy) -> bool {
        let is_gone = self.deletes_at.is_some_and(|end| self.created_at < end && end <= now);
        let (age, idle) = (now - self.created_at, now - self.last_seen_at);
        !is_gone && age < policy.absolute_timeout && idle < policy.idle_timeout
    }

    /// Whether the code was verified a moment ago, as acts want it that a stolen session must not do.
    pub fn is_fresh(&self, now: DateTime<Utc>, policy: &SessionPolicy) -> bool {
        let age = now - self.created_at;
        chrono::TimeDelta::zero() <= age && age <= policy.fresh_for
    }

    /// Whether nobody may be shown what is in the account, for it is in doubt whose it is.
    pub fn is_in_doubt(&self, now: DateTime<Utc>, policy: &SessionPolicy) -> bool {
        self.doubt.is_some_and(|doubt| doubt.holds(now, policy))
    }

    /// Whether `last_seen_at` is old enough to be worth a write. Noting every request would
    /// cost a commit each; an hour in seven days does not.
    pub fn is_due_for_touch(&self, now: DateTime<Utc>, policy: &SessionPolicy) -> bool {
        now - self.last_seen_at >= policy.touch_after
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use rand::{SeedableRng as _, rngs::ChaCha20Rng};

    use super::*;
    use crate::domain::phone_number::PhoneNumber;

    fn session_created_at(created_at: DateTime<Utc>) -> Session {
        let phone = PhoneNumber::parse("+989121234567", None).unwrap();
        Session {
            user_id: UserId::new(1),
            phone,
            created_at,
            last_seen_at: created_at,
            doubt: None,
            deletes_at: None,
            has_recovery_codes: false,
        }
    }

    #[test]
    fn a_session_ends_after_seven_idle_days() {
        let policy = SessionPolicy::default();
        let start = DateTime::UNIX_EPOCH;
        let session = session_created_at(start);
        assert!(session.is_active(start + TimeDelta::days(7) - TimeDelta::milliseconds(1), &policy));
        assert!(!session.is_active(start + TimeDelta::days(7), &policy));
    }

    #[test]
    fn a_session_is_fresh_for_ten_minutes_after_its_code() {
        let (policy, start) = (SessionPolicy::default(), DateTime::UNIX_EPOCH);
        let session = session_created_at(start);
        assert!(session.is_fresh(start + TimeDelta::minutes(10), &policy));
        assert!(!session.is_fresh(start + TimeDelta::minutes(10) + TimeDelta::milliseconds(1), &policy));
    }

    #[test]
    fn a_session_ends_with_its_account_and_a_later_one_does_not() {
        let (policy, start) = (SessionPolicy::default(), DateTime::UNIX_EPOCH);
        let mut session = session_created_at(start);
        session.deletes_at = Some(start + TimeDelta::days(1));
        assert!(session.is_active(start + TimeDelta::days(1) - TimeDelta::milliseconds(1), &policy));
        assert!(!session.is_active(start + TimeDelta::days(1), &policy));
        session.created_at = start + TimeDelta::days(1);
        assert!(session.is_active(start + TimeDelta::days(1), &policy));
    }

    #[test]
    fn activity_does_not_carry_a_session_past_thirty_days() {
        let policy = SessionPolicy::default();
        let start = DateTime::UNIX_EPOCH;
        let mut session = session_created_at(start);
        session.last_seen_at = start + TimeDelta::days(29);
        assert!(session.is_active(start + TimeDelta::days(30) - TimeDelta::milliseconds(1), &policy));
        session.last_seen_at = start + TimeDelta::days(30);
        assert!(!session.is_active(start + TimeDelta::days(30), &policy));
    }

    #[test]
    fn a_secret_survives_the_cookie_and_nothing_else_parses() {
        let secret = SessionSecret::generate(&mut ChaCha20Rng::seed_from_u64(1));
        let text = secret.reveal();
        assert_eq!(text.len(), 43);
        assert_eq!(SessionSecret::parse(&text).unwrap().digest(), secret.digest());
        for garbage in
            ["", "AAAA", &text[1..], &format!("{text}A"), &text.replace(|_| true, "é"), &"=".repeat(43)]
        {
            assert!(SessionSecret::parse(garbage).is_none(), "{garbage:?} was taken for a secret");
        }
    }

    #[test]
    fn debug_shows_neither_the_secret_nor_its_digest() {
        let secret = SessionSecret::generate(&mut ChaCha20Rng::seed_from_u64(1));
        assert_eq!(format!("{secret:?} {:?}", secret.digest()), "SessionSecret(…) SessionDigest(…)");
    }
}
