//! What the operator should know of the configuration when the server starts, though it can run with it.

use std::path::Path;

use tracing::warn;

use super::{
    clock::{Clock as _, SystemClock},
    config::Config,
    entropy::{Entropy as _, SystemEntropy},
    sms_operator::tags,
};
use crate::domain::{channel::Channel, one_time_code::OneTimeCode, undo_code::UndoCode};

/// Writes it all to the log.
pub fn warn_of(config: &Config) {
    warn_of_missing_files(config);
    warn_of_the_text(config);
    warn_of_test_numbers(config);
    warn_of_unbounded_calls(config);
}

/// Without them pages are plain HTML: they work, but look like it.
fn warn_of_missing_files(config: &Config) {
    let folder = Path::new(&*config.leptos.site_root).join(&*config.leptos.site_pkg_dir);
    if !folder.is_dir() {
        let remedy = "run scripts/build-site, or set LEPTOS_SITE_ROOT";
        warn!(event = "browser_files_missing", folder = %folder.display(), remedy);
    }
}

/// The configuration keeps the text within its bounds; a text that breaks them all the same must not go unseen.
fn warn_of_the_text(config: &Config) {
    let sample = OneTimeCode::generate(&mut *SystemEntropy.random());
    let undo = UndoCode::generate(&mut *SystemEntropy.random());
    for (fault, languages) in config.rules().message.faults(&sample, &undo) {
        warn!(event = "message_text_faulty", languages = tags(&languages), fault = %fault);
    }
    for fault in config.sms.names_not_shown(&config.phone.served_regions) {
        warn!(event = "sender_not_shown", fault = %fault);
    }
}

/// Whoever knows one of their codes signs in without a phone, so nobody should leave them on without knowing.
fn warn_of_test_numbers(config: &Config) {
    let Some(end) = config.test_numbers.end() else { return };
    if config.test_numbers.are_on(SystemClock.now()) {
        let note = "numbers of [sms] test_numbers get no message and have codes that do not change";
        warn!(event = "test_numbers_on", until = %end, note);
    } else {
        let remedy = "they are numbers like any other now; remove [sms] test_numbers";
        warn!(event = "test_numbers_over", since = %end, remedy);
    }
}

/// Premium-rate fraud goes to calls first, and their prices differ by country more than those of texts: a number of messages
/// bounds no sum.
fn warn_of_unbounded_calls(config: &Config) {
    let calls = config.sms.channels.providers.contains_key(&Channel::Call);
    if calls && config.policy.budget.site.cost_per_day.is_none() {
        let remedy = "set [budget] cost_per_day, and call_prices for the countries that you serve";
        warn!(event = "calls_without_a_sum", remedy);
    }
}
