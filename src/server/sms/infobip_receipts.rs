//! Infobip's delivery reports:
//! <https://www.infobip.com/docs/api/channels/sms/sms-messaging/logs-and-status-reports/receive-outbound-sms-message-report>, and texts
//! that people write: <https://www.infobip.com/docs/api/channels/sms/inbound-sms/receive-inbound-sms-messages>. It signs nothing: a
//! secret at the end of the address stands for it.

use chrono::DateTime;
use serde_json::Value;

use super::{
    callback::{Callback, CallbackFault, CallbackReader, Told},
    http_provider::Credential,
    inbound::InboundWord,
};
use crate::domain::{
    opt_out::OptOutWord,
    receipt::DeliveryState::{self, Delivered, Failed, HandedOver, Undeliverable},
    sms_outcome::{MessageId, Rejection},
};

/// What the groups of statuses mean, from
/// <https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes>: pending, undeliverable, delivered,
/// expired, rejected.
const GROUPS: &[(u64, DeliveryState)] =
    &[(1, HandedOver), (2, Failed), (3, Delivered), (4, Failed), (5, Failed)];

/// Statuses that say more than their group. The first is among the delivered ones, though only the operator has the message
/// (<https://www.infobip.com/docs/developer-resources/api-fundamentals/message-status-codes>).
const NAMES: &[(&str, DeliveryState)] = &[
    ("DELIVERED_TO_OPERATOR", HandedOver),
    ("REJECTED_DESTINATION", Undeliverable(Rejection::NotReachable)),
    ("REJECTED_DND", Undeliverable(Rejection::OptedOut)),
    ("REJECTED_INVALID_DESTINATION", Undeliverable(Rejection::BadNumber)),
    ("REJECTED_PREFIX_MISSING", Undeliverable(Rejection::BadNumber)),
];

/// What reads Infobip's calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InfobipReceipts {
    /// The last part of the path that it calls.
    pub secret: Credential,
}

impl CallbackReader for InfobipReceipts {
    fn read(&self, call: &Callback<'_>) -> Result<Vec<Told>, CallbackFault> {
        let body: Value = serde_json::from_slice(call.body).map_err(|_| CallbackFault::Unreadable)?;
        let reports = body.get("results").and_then(Value::as_array).ok_or(CallbackFault::Unreadable)?;
        Ok(reports.iter().flat_map(|one| report(one).map_or_else(|| text(one), |told| vec![told])).collect())
    }

    fn secret(&self) -> Option<&Credential> {
        Some(&self.secret)
    }

    /// 128 KiB: Infobip tells of up to 100 messages at once, in half a KiB each.
    fn body_max_bytes(&self) -> usize {
        131_072
    }
}

/// One message's; `None` where it says nothing that is known here.
fn report(report: &Value) -> Option<Told> {
    let id = MessageId::parse(report.get("messageId")?.as_str()?)?;
    let name = report.pointer("/status/name").and_then(Value::as_str).unwrap_or_default();
    let group = report.pointer("/status/groupId")?.as_u64()?;
    let of_name = NAMES.iter().find(|(known, _)| *known == name).map(|(_, state)| *state);
    let of_group = GROUPS.iter().find(|(known, _)| *known == group).map(|(_, state)| *state);
    Some(Told::Receipt(id, of_name.or(of_group)?))
}

/// A text that a person wrote; nothing where it is none: of many at once one that cannot be read must not hold up the others.
fn text(text: &Value) -> Vec<Told> {
    let field = |name: &str| text.get(name).and_then(Value::as_str).unwrap_or_default();
    let said_at = DateTime::parse_from_str(field("receivedAt"), "%Y-%m-%dT%H:%M:%S%.f%z").ok();
    let word = OptOutWord::read(field("text"));
    InboundWord::told(field("messageId"), field("from"), word, said_at.map(|said_at| said_at.to_utc()))
        .unwrap_or_default()
}
