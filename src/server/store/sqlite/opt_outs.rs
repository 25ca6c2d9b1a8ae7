//! Numbers whose owners told us to stop.

use std::{slice::from_ref, sync::LazyLock};

use async_trait::async_trait;
use sqlx::{FromRow, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteStore, StoreError, begin, events, values};
use crate::{
    domain::{
        opt_out::{OptOut, OptOutWord},
        sms_outcome::MessageId,
        throttle::ThrottleKey,
    },
    server::store::{
        events::NewEvent,
        opt_outs::{HeardWord, OptOutStore, WORDS_PER_NUMBER},
    },
};

/// A word without a time stands after all before it, whatever the clocks say.
pub(super) const HEAR: &str = "INSERT INTO opt_outs (phone, provider, message, is_stop, said_at_ms) VALUES ($1, $2, $3, $4, \
     coalesce($5, max($6, coalesce((SELECT said_at_ms + 1 FROM opt_outs WHERE phone = $1 \
     ORDER BY said_at_ms DESC, heard DESC LIMIT 1), $6)))) ON CONFLICT (provider, message) DO NOTHING";
pub(super) static NEWEST: LazyLock<String> = LazyLock::new(|| finding(1));
pub(super) const FORGET: &str = "DELETE FROM opt_outs WHERE heard IN (SELECT heard FROM opt_outs WHERE phone = $1 \
     ORDER BY said_at_ms DESC, heard DESC LIMIT 10 OFFSET $2)";

/// Who the operator's word is from. Its message is named after the word that it takes back.
const OPERATOR: &str = "operator";

#[async_trait]
impl OptOutStore for SqliteStore {
    async fn hear_word(&self, new: &HeardWord) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let (provider, id) = (new.provider.name(), MessageId::as_str(&new.id));
        // A time that is yet to come would hold against every word until then.
        let said_at = new.said_at.map(|said_at| said_at.min(new.heard_at).timestamp_millis());
        let times = (said_at, new.heard_at.timestamp_millis());
        let before = find(&mut act, &new.phone).await?.is_some();
        hear(&mut act, &new.phone, (provider, id), new.word, times).await?;
        let changes = find(&mut act, &new.phone).await?.is_some() != before;
        self.commit(act).await?;
        Ok(changes)
    }

    async fn find_opt_out(&self, phone: &ThrottleKey) -> Result<Option<OptOut>, StoreError> {
        let mut reader = self.readers.acquire().await?;
        Ok(find(&mut reader, phone).await?.map(|(_, opt_out)| opt_out))
    }

    async fn opt_in(&self, phone: &ThrottleKey, event: &NewEvent) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let Some((heard, _)) = find(&mut act, phone).await? else { return Ok(false) };
        let (message, times) = (heard.to_string(), (None, event.at.timestamp_millis()));
        hear(&mut act, phone, (OPERATOR, &message), OptOutWord::Start, times).await?;
        events::append(&mut act, from_ref(event)).await?;
        self.commit(act).await?;
        Ok(true)
    }
}

async fn hear(
    connection: &mut SqliteConnection,
    phone: &ThrottleKey,
    (provider, message): (&str, &str),
    word: OptOutWord,
    (said_at_ms, heard_at_ms): (Option<i64>, i64),
) -> sqlx::Result<()> {
    let query = sqlx::query(HEAR).bind(phone.as_bytes()).bind(provider).bind(message);
    let query = query.bind(word == OptOutWord::Stop).bind(said_at_ms).bind(heard_at_ms);
    query.execute(&mut *connection).await?;
    sqlx::query(FORGET).bind(phone.as_bytes()).bind(WORDS_PER_NUMBER).execute(connection).await?;
    Ok(())
}

/// The word that stopped the number, if none took it back.
async fn find(connection: &mut SqliteConnection, phone: &ThrottleKey) -> sqlx::Result<Option<(i64, OptOut)>> {
    read(&sqlx::query(NEWEST.as_str()).bind(phone.as_bytes()).fetch_all(connection).await?)
}

/// Finds the newest word. The number of its parameter is given: it is also a part of [`super::sends::HISTORY`].
pub(super) fn finding(parameter: usize) -> String {
    format!(
        "SELECT heard, is_stop, said_at_ms, provider FROM opt_outs WHERE phone = ${parameter} \
         ORDER BY said_at_ms DESC, heard DESC LIMIT 1"
    )
}

/// The row of [`finding`]: the word that stopped the number, if none took it back.
pub(super) fn read(rows: &[SqliteRow]) -> sqlx::Result<Option<(i64, OptOut)>> {
    let newest: Option<(i64, bool, i64, String)> = rows.first().map(FromRow::from_row).transpose()?;
    let Some((heard, true, said_at_ms, provider)) = newest else { return Ok(None) };
    Ok(Some((heard, OptOut { since: values::time(said_at_ms)?, provider })))
}
