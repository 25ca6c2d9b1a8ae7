//! A code on its way to whoever delivers, and what is given back when it is surely not on its way.

use chrono::{DateTime, Utc};

use super::{
    limits::warn_of_marks,
    sign_in::{SignIn, unavailable},
    sms::{SmsMessage, handover::Handover},
    store::{NewCode, Refund, SendClaim, events::NewEvent},
    visitor::Visitor,
};
use crate::domain::{
    channel::Channel,
    event::EventKind,
    one_time_code::OneTimeCode,
    sign_in_error::SignInError,
    sms_outcome::{Rejection, SmsOutcome},
};

/// What stands beside a code in the record that may be on its way, or not.
pub(super) const UNKNOWN: &str = "unknown";

/// What may be said of a code that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// A provider has the message.
    Accepted,
    /// A provider may have it: it can come late, or not at all.
    InDoubt,
}

impl SignIn {
    /// Hands the committed code over; takes the send back when it was surely not accepted. An unknown outcome counts as
    /// sent: the message may well arrive, and the next code has its wait.
    pub(super) async fn deliver(
        &self,
        claim: SendClaim,
        channel: Channel,
        code: &OneTimeCode,
        new: &NewCode,
        visitor: &Visitor,
    ) -> Result<Delivery, SignInError> {
        let phone = &new.spender.phone;
        let granted = match claim {
            SendClaim::Refused(excess) => return Err(self.refuse(excess, phone, visitor)),
            SendClaim::Granted(granted) => granted,
        };
        self.note_over(&granted.over, phone, visitor);
        warn_of_marks(&granted, &new.spender);
        let message =
            self.rules.message.compose_for(channel, phone, code, new.spender.at, &visitor.languages);
        let handover = self.hand_over(&message, new.spender.at, granted.is_opted_out).await;
        let (kind, detail) = told(&handover.outcome, channel);
        let (provider, reason) = (handover.provider(), handover.reason());
        self.keep(NewEvent { provider, reason, ..self.event(kind, detail, None, phone, visitor) });
        let (refused, refund) = match handover.outcome {
            SmsOutcome::Accepted { id, by } => {
                // Receipts tell of text messages alone.
                if channel == Channel::Text {
                    self.note_taken(new, id, by);
                }
                return Ok(Delivery::Accepted);
            }
            SmsOutcome::Unknown(_) => return Ok(Delivery::InDoubt),
            SmsOutcome::Rejected(rejection) => (rejection.into(), Refund::AllButTheVisitors),
            SmsOutcome::TryElsewhere(cause) => {
                let refund =
                    if cause.may_be_the_messages { Refund::AllButTheVisitors } else { Refund::Everything };
                (SignInError::DeliveryFailed, refund)
            }
        };
        self.adapters.store.cancel_code(new, refund).await.map_err(unavailable)?;
        Err(refused)
    }

    /// Hands a message of that time to whoever delivers; one to a test number, or to one whose owner told us to stop, as the caller has
    /// read, goes nowhere.
    pub(super) async fn hand_over(
        &self,
        message: &SmsMessage,
        at: DateTime<Utc>,
        is_opted_out: bool,
    ) -> Handover {
        if self.is_test_number(&message.to, at) {
            return SmsOutcome::accepted(None).into();
        }
        if is_opted_out {
            return SmsOutcome::Rejected(Rejection::OptedOut).into();
        }
        self.adapters.sms.hand_over(message).await
    }
}

/// What the record says: of a code that was sent nothing more where it went the usual way.
fn told(outcome: &SmsOutcome, channel: Channel) -> (EventKind, &'static str) {
    match outcome {
        SmsOutcome::Accepted { .. } if channel == Channel::Text => (EventKind::CodeSent, ""),
        SmsOutcome::Accepted { .. } => (EventKind::CodeSent, channel.name()),
        SmsOutcome::Unknown(_) => (EventKind::CodeSent, UNKNOWN),
        SmsOutcome::Rejected(rejection) => (EventKind::CodeNotDelivered, rejection.name()),
        SmsOutcome::TryElsewhere(_) => (EventKind::CodeNotDelivered, ""),
    }
}
