//! The operator's acts.

use std::slice::from_ref;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Override, SqliteStore, StoreError, ahead, begin, events, overrides, tallies};
use crate::{
    domain::{phone_number::PhoneNumber, throttle::ThrottleKey},
    server::store::{
        events::NewEvent,
        operator::{OperatorStore, Standing},
    },
};

/// The lanes of the browsers that are known for the number, and what everybody else spends from.
pub(super) const REOPEN: &str = "DELETE FROM failures WHERE throttle = $1 OR throttle IN \
     (SELECT devices.lane FROM devices JOIN users ON users.id = devices.user_id WHERE users.phone = $2)";
pub(super) const END_SESSIONS_OF: &str = "DELETE FROM sessions WHERE user_id IN (SELECT id FROM users WHERE phone = $1 \
     UNION SELECT user_id FROM former_numbers WHERE phone = $1)";
const END_EVERY_SESSION: &str = "DELETE FROM sessions";

/// Where nothing changed there is nothing to tell.
fn event_of(has_changed: bool, event: &NewEvent) -> &[NewEvent] {
    if has_changed { from_ref(event) } else { &[] }
}

#[async_trait]
impl OperatorStore for SqliteStore {
    async fn find_standing(&self, now: DateTime<Utc>) -> Result<Standing, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let overrides = overrides::find(&mut reader, now).await?;
        let ahead = ahead::count(&mut reader, now).await?;
        Ok(Standing { overrides, ahead, ..tallies::standing(&mut reader, now).await? })
    }

    async fn set_override(&self, new: &Override, event: &NewEvent) -> Result<(), StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        overrides::set(&mut act, new, event.at).await?;
        events::append(&mut act, from_ref(event)).await?;
        self.commit(act).await?;
        Ok(())
    }

    async fn delete_override(&self, name: &str, event: &NewEvent) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let was_there = overrides::delete(&mut act, name).await?;
        events::append(&mut act, event_of(was_there, event)).await?;
        self.commit(act).await?;
        Ok(was_there)
    }

    async fn reopen_phone(
        &self,
        key: &ThrottleKey,
        phone: &PhoneNumber,
        event: &NewEvent,
    ) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let query = sqlx::query(REOPEN).bind(key.as_bytes()).bind(phone.e164());
        let had_failures = query.execute(&mut *act).await?.rows_affected() > 0;
        events::append(&mut act, event_of(had_failures, event)).await?;
        self.commit(act).await?;
        Ok(had_failures)
    }

    async fn end_sessions_of(&self, phone: Option<&PhoneNumber>, event: NewEvent) -> Result<u64, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let query = match phone {
            Some(phone) => sqlx::query(END_SESSIONS_OF).bind(phone.e164()),
            None => sqlx::query(END_EVERY_SESSION),
        };
        let ended = query.execute(&mut *act).await?.rows_affected();
        let event = NewEvent { number: Some(u32::try_from(ended).unwrap_or(u32::MAX)), ..event };
        events::append(&mut act, &[event]).await?;
        self.commit(act).await?;
        Ok(ended)
    }

    async fn redate(&self, event: NewEvent) -> Result<u64, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let rows = ahead::redate(&mut act, event.at).await?;
        let event = NewEvent { number: Some(u32::try_from(rows).unwrap_or(u32::MAX)), ..event };
        events::append(&mut act, event_of(rows > 0, &event)).await?;
        self.commit(act).await?;
        Ok(rows)
    }

    async fn resume_prefix(&self, prefix: &ThrottleKey, event: &NewEvent) -> Result<bool, StoreError> {
        let mut writer = self.writer.acquire().await?;
        let mut act = begin(&mut writer).await?;
        let had_sends = overrides::resume(&mut act, prefix).await?;
        events::append(&mut act, event_of(had_sends, event)).await?;
        self.commit(act).await?;
        Ok(had_sends)
    }
}
