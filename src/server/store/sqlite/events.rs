//! The record of what happened.

use async_trait::async_trait;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::{SqliteStore, StoreError, begin, messages, values};
use crate::{
    domain::{event::EventKind, phone_number::PhoneNumber, sms_route::ProviderName, user::UserId},
    server::store::{
        events::{Appended, EventStore, NewEvent, PastEvent},
        messages::MessageNews,
    },
};

/// Many in one statement, in their order. Each is written out once: without `MATERIALIZED`, SQLite would do so for each of its values.
const APPEND: &str = "WITH news (key, value) AS MATERIALIZED (SELECT key, value FROM json_each($1)) INSERT INTO events \
     (at_ms, kind, detail, number, provider, reason, user_id, phone, network, browser, request) \
     SELECT value ->> 'at', value ->> 'kind', value ->> 'detail', value ->> 'number', value ->> 'provider', value ->> 'reason', \
     (SELECT id FROM users WHERE users.phone = value ->> 'phone'), value ->> 'pseudonym', value ->> 'network', \
     value ->> 'browser', value ->> 'request' FROM news ORDER BY key";
pub(super) const FIND: &str = "SELECT at_ms, kind, detail, network, browser FROM events \
     WHERE user_id = $1 AND kind NOT IN ('limit_hit', 'limit_recorded') ORDER BY at_ms DESC, id DESC LIMIT $2";

type Row = (i64, String, String, String, String);

#[async_trait]
impl EventStore for SqliteStore {
    async fn append_events(&self, events: &[NewEvent], news: &[MessageNews]) -> Result<Appended, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        append(&mut act, events).await?;
        let appended = messages::append(&mut act, news).await?;
        self.commit(act).await?;
        Ok(appended)
    }

    async fn find_events(&self, user_id: UserId, most: u32) -> Result<Vec<PastEvent>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let query = sqlx::query_as(FIND).bind(user_id.get()).bind(most);
        let rows: Vec<Row> = query.fetch_all(&mut *reader).await?;
        Ok(rows.into_iter().filter_map(event).collect::<sqlx::Result<_>>()?)
    }
}

/// Adds events in their order.
pub(super) async fn append(connection: &mut SqliteConnection, events: &[NewEvent]) -> sqlx::Result<()> {
    if !events.is_empty() {
        let events: Value = events.iter().map(columns).collect();
        sqlx::query(APPEND).bind(events.to_string()).execute(connection).await?;
    }
    Ok(())
}

fn columns(event: &NewEvent) -> Value {
    json!({
        "at": event.at.timestamp_millis(), "kind": event.kind.name(), "detail": event.detail, "number": event.number,
        "provider": event.provider.map_or("", ProviderName::name), "reason": event.reason,
        "phone": event.phone.as_ref().map(PhoneNumber::e164), "pseudonym": event.pseudonym, "network": event.network,
        "browser": event.browser, "request": event.request,
    })
}

fn event((at_ms, kind, detail, network, browser): Row) -> Option<sqlx::Result<PastEvent>> {
    let kind = EventKind::parse(&kind)?;
    Some(values::time(at_ms).map(|at| PastEvent { at, kind, detail, network, browser }))
}
