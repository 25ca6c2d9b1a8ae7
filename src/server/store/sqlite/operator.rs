//! The operator's acts.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Override, SqliteStore, StoreError, guesses, overrides, tallies};
use crate::{
    domain::throttle::ThrottleKey,
    server::store::operator::{OperatorStore, Standing},
};

#[async_trait]
impl OperatorStore for SqliteStore {
    async fn find_standing(&self, now: DateTime<Utc>) -> Result<Standing, StoreError> {
        let mut reader = self.readers.acquire().await?;
        let overrides = overrides::find(&mut reader, now).await?;
        Ok(Standing { overrides, ..tallies::standing(&mut reader, now).await? })
    }

    async fn set_override(&self, new: &Override, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut act = self.begin().await?;
        overrides::set(&mut act, new, now).await?;
        self.commit(act).await?;
        Ok(())
    }

    async fn delete_override(&self, name: &str) -> Result<bool, StoreError> {
        let mut act = self.begin().await?;
        let was_there = overrides::delete(&mut act, name).await?;
        self.commit(act).await?;
        Ok(was_there)
    }

    async fn reopen_phone(&self, phone: &ThrottleKey) -> Result<bool, StoreError> {
        let mut act = self.begin().await?;
        let had_failures = guesses::forget_failures(&mut act, phone).await?;
        self.commit(act).await?;
        Ok(had_failures)
    }

    async fn resume_prefix(&self, prefix: &ThrottleKey) -> Result<bool, StoreError> {
        let mut act = self.begin().await?;
        let had_sends = overrides::resume(&mut act, prefix).await?;
        self.commit(act).await?;
        Ok(had_sends)
    }
}
