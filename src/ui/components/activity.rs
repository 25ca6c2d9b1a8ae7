//! What happened, in the words of the person it happened to.

use crate::{domain::event::EventKind, server::store::events::PastEvent};

/// `A wrong code was tried`: one sentence for each kind.
pub fn sentence(event: &PastEvent) -> &'static str {
    match (event.kind, event.detail.as_str()) {
        (EventKind::CodeSent, _) => "A code was sent to your number",
        (EventKind::CodeNotDelivered, _) => "A code could not be sent to your number",
        (EventKind::CodeNotAccepted, "code_expired") => "A code was tried after its two minutes",
        (EventKind::CodeNotAccepted, "recovery_code_incorrect") => "A wrong recovery code was tried",
        (EventKind::CodeNotAccepted, _) => "A wrong code was tried",
        (EventKind::LimitHit | EventKind::LimitRecorded, _) => "Somebody asked too often for your number",
        (EventKind::SignedIn, "in_doubt") => "Signed in after a long time, in a browser that was not known",
        (EventKind::SignedIn, _) => "Signed in",
        (EventKind::SignedOut, _) => "Signed out",
        (EventKind::SessionsEnded, "operator") => "The operator of this site ended your sessions",
        (EventKind::SessionsEnded, "too_many") => "The oldest sessions ended, because there were too many",
        (EventKind::SessionsEnded, _) => "Sessions were ended",
        (EventKind::DevicesForgotten, _) => "Browsers were forgotten",
        (EventKind::DataDownloaded, _) => "Your data was downloaded",
        (EventKind::DeletionAsked, _) => "Deletion of the account was asked for",
        (EventKind::RecoveryCodesMade, _) => "Recovery codes were made",
        (EventKind::RecoveryCodeUsed, _) => "Signed in with a recovery code",
        (EventKind::NumberChanged, _) => "The number of the account was changed",
        (EventKind::NumberChangeUndone, _) => "A change of the number was undone",
        (EventKind::AccountClaimed, _) => "Somebody said that the account is theirs",
        (EventKind::AccountBegunAnew, _) => "The account was begun anew",
        (EventKind::TextsStopped, _) => "A text from your number stopped our texts to it",
        (EventKind::TextsStarted, _) => "Our texts to your number were allowed again",
        (EventKind::LimitsSet | EventKind::LimitsUnset | EventKind::LimitsRedated, _) => {
            "The operator of this site changed a limit"
        }
        (EventKind::NumberReopened | EventKind::PrefixResumed, _) => {
            "The operator of this site let codes go to your number again"
        }
        (EventKind::DeletionCancelled, _) => "The account was kept after all",
    }
}
