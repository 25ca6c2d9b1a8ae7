//! The parts that reach the outside, as the use cases know them.

use std::sync::Arc;

use super::{
    clock::Clock,
    entropy::Entropy,
    record::Record,
    sms::SmsSender,
    store::{Store, account::AccountStore},
};

/// The parts that reach the outside.
#[derive(Clone)]
pub struct Adapters {
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// What belongs to a user.
    pub accounts: Arc<dyn AccountStore>,
    /// Who delivers.
    pub sms: Arc<dyn SmsSender>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where secrets come from.
    pub entropy: Arc<dyn Entropy>,
    /// What happened, for later.
    pub record: Arc<Record>,
}
