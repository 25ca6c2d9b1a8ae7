//! What is worth remembering of a sign-in, as a closed set.

/// A kind of event, by the name it has in the log and in the record (ASVS 16.3.1 to 16.3.3 say what must be there).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A code was handed to the provider.
    CodeSent,
    /// The provider surely did not take it.
    CodeNotDelivered,
    /// A code was judged and did not sign anybody in; the detail says why.
    CodeNotAccepted,
    /// A limit refused something; the detail says which, the number is the wait in seconds.
    LimitHit,
    /// A limit that only records would have.
    LimitRecorded,
    /// A session began; the detail says whether it is in doubt whose account it is.
    SignedIn,
    /// The person ended it.
    SignedOut,
    /// Sessions were ended: by the person on the account page, or, as the detail says, by the operator or because there were too
    /// many; the number says how many.
    SessionsEnded,
    /// The person let browsers be forgotten; the number says how many.
    DevicesForgotten,
    /// The person took their data away.
    DataDownloaded,
    /// The person asked for their account to be deleted.
    DeletionAsked,
    /// The person kept it after all.
    DeletionCancelled,
    /// The person made recovery codes.
    RecoveryCodesMade,
    /// A session began by a recovery code.
    RecoveryCodeUsed,
    /// The account got another number; the detail says whether the one before could not be told.
    NumberChanged,
    /// Whoever has the number before took the account back.
    NumberChangeUndone,
    /// Somebody says that an account in doubt is theirs; the detail says how.
    AccountClaimed,
    /// Somebody left an account in doubt, for an empty one with the same number.
    AccountBegunAnew,
    /// A text from the number stopped our texts to it; the detail says which provider passed it on.
    TextsStopped,
    /// A text from the number took that back; the detail says which provider passed it on, or that the operator did it.
    TextsStarted,
    /// The operator let something else hold than the configuration says; the detail says what, the number for how many seconds.
    LimitsSet,
    /// The operator let the configuration hold again; the detail says of what.
    LimitsUnset,
    /// The operator opened a number again that was switched off.
    NumberReopened,
    /// The operator let codes go again to the numbers around this one.
    PrefixResumed,
    /// The operator dated as of now what a wrong clock had dated ahead; the number says how many rows.
    LimitsRedated,
}

impl EventKind {
    /// Every kind with its name.
    pub const NAMES: [(Self, &'static str); 25] = [
        (Self::CodeSent, "code_sent"),
        (Self::CodeNotDelivered, "code_not_delivered"),
        (Self::CodeNotAccepted, "code_not_accepted"),
        (Self::LimitHit, "limit_hit"),
        (Self::LimitRecorded, "limit_recorded"),
        (Self::SignedIn, "signed_in"),
        (Self::SignedOut, "signed_out"),
        (Self::SessionsEnded, "sessions_ended"),
        (Self::DevicesForgotten, "devices_forgotten"),
        (Self::DataDownloaded, "data_downloaded"),
        (Self::DeletionAsked, "deletion_asked"),
        (Self::DeletionCancelled, "deletion_cancelled"),
        (Self::RecoveryCodesMade, "recovery_codes_made"),
        (Self::RecoveryCodeUsed, "recovery_code_used"),
        (Self::NumberChanged, "number_changed"),
        (Self::NumberChangeUndone, "number_change_undone"),
        (Self::AccountClaimed, "account_claimed"),
        (Self::AccountBegunAnew, "account_begun_anew"),
        (Self::TextsStopped, "texts_stopped"),
        (Self::TextsStarted, "texts_started"),
        (Self::LimitsSet, "limits_set"),
        (Self::LimitsUnset, "limits_unset"),
        (Self::NumberReopened, "number_reopened"),
        (Self::PrefixResumed, "prefix_resumed"),
        (Self::LimitsRedated, "limits_redated"),
    ];

    /// The stable name: `code_sent`.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// Whether it was refused: a stranger can make as many of these as they like.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::LimitHit)
    }

    /// Whether whoever is signed in can do it again and again, without a code or anything else that is limited.
    pub fn is_free(self) -> bool {
        use EventKind::{DataDownloaded, DeletionAsked, DeletionCancelled, RecoveryCodesMade};
        matches!(self, DataDownloaded | DeletionAsked | DeletionCancelled | RecoveryCodesMade)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for (kind, name) in EventKind::NAMES {
            assert_eq!((kind.name(), EventKind::parse(name)), (name, Some(kind)));
        }
        assert_eq!(EventKind::parse("code"), None);
    }
}
