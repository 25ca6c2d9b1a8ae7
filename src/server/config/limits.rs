//! `[limits]`: how many codes and how many wrong guesses, by number, device and network.

use chrono::TimeDelta;

use super::{fault::Complaint, quotas::quotas, reader::Reader, setting::Setting};
use crate::domain::{
    limit::{Limit, RecordOnly},
    policy::{GuessPolicy, SendPolicy},
    throttle::Quota,
};

/// Codes to one number in any rolling hour: 1 to 20.
pub const SENDS_PER_HOUR: Setting = Setting::new("limits", "sends_per_hour").or("5");
/// Codes to one number in any rolling 24 hours: 1 to 100.
pub const SENDS_PER_DAY: Setting = Setting::new("limits", "sends_per_day").or("10");
/// Codes for one known device, beyond those.
pub const DEVICE_SENDS: Setting = Setting::new("limits", "device_sends").or("3/1h, 5/24h");
/// Codes for one subscriber.
pub const ADDRESS_SENDS: Setting = Setting::new("limits", "address_sends").or("10/10m, 30/1h, 100/24h");
/// Codes for one site of a network.
pub const NETWORK_SENDS: Setting = Setting::new("limits", "network_sends").or("100/1h");
/// Codes to numbers that differ in the last three digits only.
pub const BLOCK_SENDS: Setting = Setting::new("limits", "block_sends").or("20/1h");
/// Wrong guesses at one number from unknown devices.
pub const WRONG_GUESSES: Setting = Setting::new("limits", "wrong_guesses").or("10/24h");
/// Wrong guesses from one known device.
pub const DEVICE_WRONG_GUESSES: Setting = Setting::new("limits", "device_wrong_guesses").or("10/24h");
/// Wrong guesses from one subscriber.
pub const ADDRESS_WRONG_GUESSES: Setting =
    Setting::new("limits", "address_wrong_guesses").or("30/1h, 100/24h");
/// Wrong guesses in a row that switch a number off: 10 to 100, NIST SP 800-63B-4's ceiling.
pub const CONSECUTIVE_FAILURES: Setting = Setting::new("limits", "consecutive_failures").or("100");
/// Count and log, but refuse nothing: all limits, none, or these.
pub const RECORD_ONLY: Setting = Setting::new("limits", "record_only").or("false");

/// What `[limits]` says.
#[derive(Debug)]
pub struct LimitSettings {
    /// How often codes are sent.
    pub sends: SendPolicy,
    /// How often one may guess.
    pub guesses: GuessPolicy,
    /// What counts and logs, and refuses nothing.
    pub record_only: RecordOnly,
}

/// Reads `[limits]`; the waits between sends are `[code]`'s.
pub fn read(reader: &mut Reader, waits: Vec<TimeDelta>) -> LimitSettings {
    let per_hour = reader.number(&SENDS_PER_HOUR, 1..=20);
    let per_day = reader.number(&SENDS_PER_DAY, 1..=100);
    let per_phone = vec![
        Quota::new(per_hour as usize, TimeDelta::hours(1)),
        Quota::new(per_day as usize, TimeDelta::hours(24)),
    ];
    let mut read = |setting| reader.required(setting, Vec::new(), quotas);
    let sends = SendPolicy {
        waits,
        per_phone,
        per_device: read(&DEVICE_SENDS),
        per_address: read(&ADDRESS_SENDS),
        per_network: read(&NETWORK_SENDS),
        per_block: read(&BLOCK_SENDS),
    };
    let (per_phone, per_device) = (read(&WRONG_GUESSES), read(&DEVICE_WRONG_GUESSES));
    let per_address = read(&ADDRESS_WRONG_GUESSES);
    let consecutive_failures = reader.number(&CONSECUTIVE_FAILURES, 10..=100);
    LimitSettings {
        sends,
        guesses: GuessPolicy { per_phone, per_device, per_address, consecutive_failures },
        record_only: record_only(reader),
    }
}

fn record_only(reader: &mut Reader) -> RecordOnly {
    reader.required(&RECORD_ONLY, RecordOnly::Nothing, |value| match value.entries().as_slice() {
        ["false"] => Ok(RecordOnly::Nothing),
        ["true"] => Ok(RecordOnly::Everything),
        names => names.iter().map(|name| limit(name)).collect::<Result<_, _>>().map(RecordOnly::Only),
    })
}

fn limit(name: &str) -> Result<Limit, Complaint> {
    use super::{fault::nearest, reader::quoted};
    let words = Limit::NAMES.map(|(_, word)| word);
    Limit::parse(name).ok_or_else(|| {
        let all = ["true", "false"].into_iter().chain(words);
        let meant = nearest(name, all).map_or(String::new(), |word| format!(" Did you mean “{word}”?"));
        let remedy = format!("Write true or false, or limits: {}.{meant}", words.join(", "));
        Complaint::new(quoted(name), remedy)
    })
}
