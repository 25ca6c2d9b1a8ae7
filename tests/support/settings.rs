use std::{collections::BTreeMap, sync::Arc, time::Duration};

use mobile_auth::{
    domain::{
        channel::OtherChannels, policy::SignInPolicy, region_code::RegionCode, served_regions::ServedRegions,
        sms_route::ProviderName, test_number::TestNumbers,
    },
    server::sms::{SmsSender, callback::CallbackReader, inbox::Inbox},
};

/// What a test may want otherwise than in development.
#[derive(Clone)]
pub struct Settings {
    pub origin: &'static str,
    pub served_regions: ServedRegions,
    pub default_region: Option<RegionCode>,
    pub policy: SignInPolicy,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// How long an act waits for a database that another program holds.
    pub database_patience: Duration,
    /// Numbers that get no message.
    pub test_numbers: TestNumbers,
    /// Other ways than a text message.
    pub channels: OtherChannels,
    /// Whose news of messages is taken.
    pub callbacks: BTreeMap<ProviderName, Arc<dyn CallbackReader>>,
    /// Whether it is a development server that shows its messages.
    pub inbox: Option<Inbox>,
    /// Who delivers, where the test's own sender is not wanted.
    pub sms: Option<Arc<dyn SmsSender>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            origin: "http://localhost:3000",
            served_regions: ServedRegions::All,
            default_region: None,
            policy: SignInPolicy::default(),
            trusted_proxies: Vec::new(),
            database_patience: Duration::from_mins(1),
            test_numbers: TestNumbers::default(),
            channels: OtherChannels::default(),
            callbacks: BTreeMap::new(),
            inbox: None,
            sms: None,
        }
    }
}
