//! The record of what happened.

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::{SqliteStore, StoreError, messages, values};
use crate::{
    domain::{event::EventKind, user::UserId},
    server::store::{
        events::{Appended, EventStore, NewEvent, PastEvent},
        messages::MessageNews,
    },
};

const APPEND: &str = "INSERT INTO events \
     (at_ms, kind, detail, number, user_id, phone, network, browser, request) \
     VALUES ($1, $2, $3, $4, (SELECT id FROM users WHERE phone = $5), $6, $7, $8, $9)";
pub(super) const FIND: &str = "SELECT at_ms, kind, detail, network, browser FROM events \
     WHERE user_id = $1 AND kind NOT IN ('limit_hit', 'limit_recorded') ORDER BY at_ms DESC, id DESC LIMIT $2";

type Row = (i64, String, String, String, String);

#[async_trait]
impl EventStore for SqliteStore {
    async fn append_events(&self, events: &[NewEvent], news: &[MessageNews]) -> Result<Appended, StoreError> {
        let mut act = self.begin().await?;
        for event in events {
            append(&mut act, event).await?;
        }
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

async fn append(connection: &mut SqliteConnection, event: &NewEvent) -> sqlx::Result<()> {
    let query = sqlx::query(APPEND).bind(event.at.timestamp_millis()).bind(event.kind.name());
    let query = query.bind(event.detail).bind(event.number).bind(event.phone.e164());
    let query = query.bind(&event.pseudonym).bind(&event.network).bind(&event.browser).bind(&event.request);
    query.execute(connection).await?;
    Ok(())
}

fn event((at_ms, kind, detail, network, browser): Row) -> Option<sqlx::Result<PastEvent>> {
    let kind = EventKind::parse(&kind)?;
    Some(values::time(at_ms).map(|at| PastEvent { at, kind, detail, network, browser }))
}
