//! What became of messages.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use super::{SqliteStore, StoreError, values};
use crate::{
    domain::{
        challenge::ChallengeDigest,
        event::EventKind,
        phone_number::PhoneNumber,
        receipt::{DeliveryState, Receipt},
        sms_outcome::MessageId,
    },
    server::store::{
        events::Appended,
        messages::{KnownMessage, MessageNews, MessageStore, PastSend, TakenMessage},
    },
};

/// An attempt that is gone meanwhile takes its message with it. A provider that counts from the beginning again gives a name
/// twice: then the newer message has it.
const TAKE: &str = "INSERT INTO messages (provider, id, challenge_id, state, taken_at_ms) \
     SELECT $1, $2, id, $4, $5 FROM challenges WHERE id = $3 \
     ON CONFLICT (provider, id) DO UPDATE SET challenge_id = excluded.challenge_id, state = excluded.state, \
     taken_at_ms = excluded.taken_at_ms, told_at_ms = NULL";
pub(super) const STATE: &str = "SELECT challenge_id, state FROM messages WHERE provider = $1 AND id = $2";
pub(super) const TELL: &str =
    "UPDATE messages SET state = $3, told_at_ms = $4 WHERE provider = $1 AND id = $2";
pub(super) const FIND: &str = "SELECT provider, state, taken_at_ms, told_at_ms FROM messages \
     WHERE challenge_id = $1 ORDER BY taken_at_ms DESC LIMIT 1";
pub(super) const FIND_TO: &str = "SELECT messages.provider, messages.state, messages.taken_at_ms, messages.told_at_ms \
     FROM users JOIN challenges ON challenges.user_id = users.id \
     JOIN messages ON messages.challenge_id = challenges.id \
     WHERE users.phone = $1 ORDER BY messages.taken_at_ms DESC LIMIT $2";

pub(super) const FIND_SENDS_TO: &str = "SELECT events.at_ms, events.kind, events.detail, events.provider, events.reason \
     FROM users JOIN events ON events.user_id = users.id \
     WHERE users.phone = $1 AND events.phone = $2 AND events.kind IN ('code_sent', 'code_not_delivered') \
     ORDER BY events.at_ms DESC, events.id DESC LIMIT $3";

type Row = (String, String, i64, Option<i64>);

type SendRow = (i64, String, String, String, String);

#[async_trait]
impl MessageStore for SqliteStore {
    async fn find_message(&self, challenge: &ChallengeDigest) -> Result<Option<KnownMessage>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let query = sqlx::query_as(FIND).bind(challenge.as_bytes());
        let row: Option<Row> = query.fetch_optional(&mut *reader).await?;
        Ok(row.map(message).transpose()?)
    }

    async fn find_messages_to(
        &self,
        phone: &PhoneNumber,
        most: u32,
    ) -> Result<Vec<KnownMessage>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let query = sqlx::query_as(FIND_TO).bind(phone.e164()).bind(most);
        let rows: Vec<Row> = query.fetch_all(&mut *reader).await?;
        Ok(rows.into_iter().map(message).collect::<sqlx::Result<_>>()?)
    }

    async fn find_sends_to(
        &self,
        phone: &PhoneNumber,
        pseudonym: &str,
        most: u32,
    ) -> Result<Vec<PastSend>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let query = sqlx::query_as(FIND_SENDS_TO).bind(phone.e164()).bind(pseudonym).bind(most);
        let rows: Vec<SendRow> = query.fetch_all(&mut *reader).await?;
        Ok(rows.into_iter().map(send).collect::<sqlx::Result<_>>()?)
    }
}

/// Adds news in its order; gives back the receipts that name no message. A provider may be so quick that a receipt stands before
/// the name of its message: such a one is tried again when all names are known.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    news: &[MessageNews],
) -> sqlx::Result<Appended> {
    let (mut appended, mut strange) = (Appended::default(), Vec::new());
    for one in news {
        match one {
            MessageNews::Taken(taken) => appended.changed.extend(take(connection, taken).await?),
            MessageNews::Told(receipt, at) => {
                if !hear(connection, receipt, *at, &mut appended.changed).await? {
                    strange.push((receipt, *at));
                }
            }
        }
    }
    for (receipt, at) in strange {
        if !hear(connection, receipt, at, &mut appended.changed).await? {
            appended.strange.push(MessageNews::Told(receipt.clone(), at));
        }
    }
    Ok(appended)
}

/// Whether there is such a message. The rule decides whether the news changes anything, and then its attempt is among the
/// changed ones.
async fn hear(
    connection: &mut SqliteConnection,
    receipt: &Receipt,
    at: DateTime<Utc>,
    changed: &mut Vec<ChallengeDigest>,
) -> sqlx::Result<bool> {
    let Some((challenge, known)) = find(connection, receipt).await? else { return Ok(false) };
    if receipt.state.may_follow(known) {
        tell(connection, receipt, at.timestamp_millis()).await?;
        changed.push(challenge);
    }
    Ok(true)
}

/// The attempt, where it is still there.
async fn take(
    connection: &mut SqliteConnection,
    taken: &TakenMessage,
) -> sqlx::Result<Option<ChallengeDigest>> {
    let query = sqlx::query(TAKE).bind(taken.provider.name()).bind(taken.id.as_str());
    let query = query.bind(taken.challenge.as_bytes()).bind(DeliveryState::HandedOver.name());
    let done = query.bind(taken.at.timestamp_millis()).execute(connection).await?;
    Ok((done.rows_affected() > 0).then_some(taken.challenge))
}

/// Which attempt the message belongs to, and what is known of it. The rule decides whether the news changes anything; the
/// transaction holds the one writer, so that nothing comes between.
async fn find(
    connection: &mut SqliteConnection,
    receipt: &Receipt,
) -> sqlx::Result<Option<(ChallengeDigest, DeliveryState)>> {
    let query = sqlx::query_as(STATE).bind(receipt.provider.name()).bind(MessageId::as_str(&receipt.id));
    let found: Option<(Vec<u8>, String)> = query.fetch_optional(connection).await?;
    let Some((challenge, known)) = found else { return Ok(None) };
    Ok(Some((ChallengeDigest::from_bytes(values::digest(&challenge)?), state(&known)?)))
}

async fn tell(connection: &mut SqliteConnection, receipt: &Receipt, at_ms: i64) -> sqlx::Result<()> {
    let query = sqlx::query(TELL).bind(receipt.provider.name()).bind(MessageId::as_str(&receipt.id));
    query.bind(receipt.state.name()).bind(at_ms).execute(connection).await?;
    Ok(())
}

fn state(name: &str) -> sqlx::Result<DeliveryState> {
    DeliveryState::parse(name).ok_or_else(|| values::undecodable("what became of a message"))
}

fn message((provider, known, taken_at_ms, told_at_ms): Row) -> sqlx::Result<KnownMessage> {
    Ok(KnownMessage {
        provider,
        state: state(&known)?,
        taken_at: values::time(taken_at_ms)?,
        told_at: told_at_ms.map(values::time).transpose()?,
    })
}

fn send((at_ms, kind, detail, provider, reason): SendRow) -> sqlx::Result<PastSend> {
    Ok(PastSend {
        at: values::time(at_ms)?,
        kind: EventKind::parse(&kind).ok_or_else(|| values::undecodable("an event"))?,
        detail,
        provider: Some(provider).filter(|provider| !provider.is_empty()),
        reason,
    })
}
