//! What became of the last codes to a number, from the record of events and from what providers told later.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    delivery::UNKNOWN,
    doctor::time,
    keyed_names::KeyedNames,
    store::{
        StoreError,
        messages::{KnownMessage, MessageStore, PastSend},
    },
};
use crate::domain::{channel::Channel, event::EventKind, phone_number::PhoneNumber, receipt::DeliveryState};

/// The last codes that are told of: 10, as many as a number gets in a day.
const LAST: usize = 10;

/// How far the times of a code in the record and of its message may lie apart: less than the shortest wait between two codes.
const APART: TimeDelta = TimeDelta::seconds(1);

/// One code, as far as it is known.
struct Told {
    at: DateTime<Utc>,
    /// What the record has; `None`: it lacks this one.
    send: Option<PastSend>,
    /// What its provider told; `None`: it told no name, or the attempt is gone, with its messages.
    message: Option<KnownMessage>,
}

/// What became of the last codes to a number, newest first. Nothing where it is none: [`examine`](super::doctor::examine) has said so.
///
/// # Errors
/// The database failed.
pub async fn last_sends(
    text: &str,
    store: &dyn MessageStore,
    names: &KeyedNames,
) -> Result<String, StoreError> {
    let Ok(phone) = PhoneNumber::parse(text, None) else { return Ok(String::new()) };
    let most = u32::try_from(LAST).unwrap_or(u32::MAX);
    let sends = store.find_sends_to(&phone, &names.pseudonym(&phone), most).await?;
    let messages = store.find_messages_to(&phone, most).await?;
    let told = joined(sends, messages);
    if told.is_empty() {
        return Ok("Nothing was sent to it that is still known.\n".to_owned());
    }
    Ok(told.iter().fold("Its last codes:\n".to_owned(), |said, told| said + &line_of(told)))
}

/// A message belongs to the code that was sent at its time by its provider. What the record lacks stands by itself.
fn joined(sends: Vec<PastSend>, mut messages: Vec<KnownMessage>) -> Vec<Told> {
    let mut told: Vec<_> = sends
        .into_iter()
        .map(|send| {
            let belongs = |message: &KnownMessage| {
                send.kind == EventKind::CodeSent
                    && send.provider.as_ref().is_none_or(|provider| *provider == message.provider)
                    && (message.taken_at - send.at).abs() < APART
            };
            let place = messages.iter().position(belongs);
            let message = place.map(|place| messages.remove(place));
            Told { at: send.at, send: Some(send), message }
        })
        .collect();
    told.extend(messages.into_iter().map(|message| Told {
        at: message.taken_at,
        send: None,
        message: Some(message),
    }));
    told.sort_by_key(|told| std::cmp::Reverse(told.at));
    told.truncate(LAST);
    told
}

fn line_of(Told { at, send, message }: &Told) -> String {
    let of_message = message.as_ref().map(|message| message.provider.as_str());
    let provider = send.as_ref().and_then(|send| send.provider.as_deref()).or(of_message);
    let by = provider.map_or(String::new(), |provider| format!(" by {provider}"));
    let came = send.as_ref().map_or("handed over".to_owned(), of_send);
    let receipt = message.as_ref().map_or(String::new(), of_receipt);
    format!("- {}{by}: {came}{receipt}.\n", time(*at))
}

/// What came of handing it over, and why.
fn of_send(PastSend { kind, detail, reason, .. }: &PastSend) -> String {
    let why = |otherwise: &str| {
        let reason = if reason.is_empty() { otherwise } else { reason };
        if reason.is_empty() { String::new() } else { format!(": {reason}") }
    };
    let rejection = match DeliveryState::parse(detail) {
        Some(DeliveryState::Undeliverable(rejection)) => Some(rejection),
        _ => None,
    };
    match (kind, rejection) {
        (EventKind::CodeSent, _) if detail == UNKNOWN => {
            format!("it may be on its way, or not{}", why(""))
        }
        (EventKind::CodeSent, _) => {
            let way = Channel::parse(detail).filter(|way| *way != Channel::Text);
            let way = way.map_or(String::new(), |way| format!(" ({})", way.name()));
            let before = if reason.is_empty() { String::new() } else { format!(", after {reason}") };
            format!("handed over{way}{before}")
        }
        (_, Some(rejection)) => format!("rejected for good{}", why(rejection.explanation())),
        (_, None) => format!("no provider took it{}", why("")),
    }
}

fn of_receipt(KnownMessage { state, taken_at, told_at, .. }: &KnownMessage) -> String {
    let what = match state {
        DeliveryState::HandedOver => return ", and no receipt since".to_owned(),
        DeliveryState::Failed => "not delivered: its time ran out, or the network failed",
        DeliveryState::Undeliverable(rejection) => rejection.explanation(),
        DeliveryState::Delivered => "delivered to the phone",
    };
    let after =
        told_at.map_or(String::new(), |told_at| format!(" {} s later", (told_at - *taken_at).num_seconds()));
    format!("; receipt{after}: {what}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sms_outcome::Rejection;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(milliseconds)
    }

    fn send(kind: EventKind, detail: &str, provider: Option<&str>, reason: &str) -> PastSend {
        let (detail, provider, reason) = (detail.to_owned(), provider.map(str::to_owned), reason.to_owned());
        PastSend { at: at(5_000), kind, detail, provider, reason }
    }

    fn message(provider: &str, state: DeliveryState, milliseconds: i64) -> KnownMessage {
        let told_at = state.is_end().then_some(at(milliseconds + 3_000));
        KnownMessage { provider: provider.to_owned(), state, taken_at: at(milliseconds), told_at }
    }

    fn lines(sends: Vec<PastSend>, messages: Vec<KnownMessage>) -> Vec<String> {
        joined(sends, messages).iter().map(|told| line_of(told).trim_end().to_owned()).collect()
    }

    #[test]
    fn every_outcome_is_told_with_its_reason() {
        use EventKind::{CodeNotDelivered, CodeSent};
        let twilio = Some("twilio");
        for (kind, detail, provider, reason, line) in [
            (CodeSent, "", twilio, "", " by twilio: handed over."),
            (CodeSent, "call", twilio, "", " by twilio: handed over (call)."),
            (CodeSent, "", twilio, "vonage: no money", " by twilio: handed over, after vonage: no money."),
            (
                CodeSent,
                "unknown",
                twilio,
                "twilio: silence",
                " by twilio: it may be on its way, or not: twilio: silence.",
            ),
            (CodeNotDelivered, "", None, "twilio: no money", ": no provider took it: twilio: no money."),
            (CodeNotDelivered, "", None, "", ": no provider took it."),
            (
                CodeNotDelivered,
                "bad_number",
                twilio,
                "twilio: none",
                " by twilio: rejected for good: twilio: none.",
            ),
            (
                CodeNotDelivered,
                "bad_number",
                None,
                "",
                ": rejected for good: there is no such number, or it takes no text messages.",
            ),
        ] {
            assert_eq!(
                lines(vec![send(kind, detail, provider, reason)], vec![]),
                [format!("- 1970-01-01T00:00:05Z{line}")]
            );
        }
    }

    #[test]
    fn a_receipt_stands_beside_the_code_that_it_is_of_and_by_itself_where_the_record_lacks_it() {
        let (twilio, plivo) = ("twilio", "plivo");
        let sent = || vec![send(EventKind::CodeSent, "", Some(twilio), "")];
        let delivered = |provider, milliseconds| message(provider, DeliveryState::Delivered, milliseconds);
        let beside =
            "- 1970-01-01T00:00:05Z by twilio: handed over; receipt 3 s later: delivered to the phone.";
        assert_eq!(lines(sent(), vec![delivered(twilio, 5_999)]), [beside]);
        let bare = "- 1970-01-01T00:00:05Z by twilio: handed over.";
        let other =
            "- 1970-01-01T00:00:06Z by twilio: handed over; receipt 3 s later: delivered to the phone.";
        assert_eq!(lines(sent(), vec![delivered(twilio, 6_000)]), [other, bare]);
        assert_eq!(lines(sent(), vec![delivered(plivo, 5_000)]).len(), 2, "another provider's");
        let stopped = DeliveryState::Undeliverable(Rejection::OptedOut);
        let lines =
            lines(vec![], vec![message(twilio, stopped, 0), message(plivo, DeliveryState::HandedOver, 0)]);
        assert_eq!(
            lines,
            [
                "- 1970-01-01T00:00:00Z by twilio: handed over; receipt 3 s later: its owner told this sender to stop; they can text \
                 START to it.",
                "- 1970-01-01T00:00:00Z by plivo: handed over, and no receipt since."
            ]
        );
    }

    #[test]
    fn no_receipt_is_given_to_a_code_that_did_not_go() {
        let refused = vec![send(EventKind::CodeNotDelivered, "", Some("twilio"), "")];
        assert_eq!(lines(refused, vec![message("twilio", DeliveryState::Delivered, 5_000)]).len(), 2);
    }

    #[test]
    fn ten_are_told_of_the_newest_first() {
        let sends = (0..10)
            .rev()
            .map(|second| PastSend { at: at(second * 60_000), ..send(EventKind::CodeSent, "", None, "") });
        let orphan = message("twilio", DeliveryState::HandedOver, 30_000);
        let lines = lines(sends.collect(), vec![orphan]);
        assert_eq!(lines.len(), 10);
        assert!(lines[0].starts_with("- 1970-01-01T00:09:00Z"), "{lines:?}");
        assert!(lines[9].starts_with("- 1970-01-01T00:00:30Z by twilio"), "{lines:?}");
    }
}
