//! Two providers are tried for a message, whatever the route says.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use mobile_auth::{
    domain::{
        region_code::RegionCode,
        sms_outcome::SmsOutcome,
        sms_route::{ProviderName, SmsRoutes},
    },
    server::sms::{SmsMessage, SmsSender, routed::RoutedSender},
};

use super::{fail_over::Seconds, message_to};

/// Takes no message, and counts those it was asked to take.
#[derive(Default)]
struct Down(AtomicUsize);

#[async_trait]
impl SmsSender for Down {
    async fn send(&self, _: &SmsMessage) -> SmsOutcome {
        self.0.fetch_add(1, Ordering::SeqCst);
        SmsOutcome::elsewhere("it is down")
    }
}

/// The configuration refuses such a route; who sends keeps to two by itself (REQUIREMENTS V-01).
#[tokio::test]
async fn a_third_provider_is_never_tried() {
    let names = ["one", "other", "third"].map(ProviderName::new);
    let providers = names.map(|name| (name, Arc::new(Down::default())));
    let senders = providers.clone().map(|(name, sender)| (name, sender as Arc<dyn SmsSender>));
    let iran = RegionCode::parse("IR").unwrap();
    let countries = [(iran, names.to_vec())].into();
    for (routes, phone) in [
        (SmsRoutes { everywhere: names.to_vec(), ..SmsRoutes::default() }, "+447400123456"),
        (SmsRoutes { countries, retry_unknown: true, ..SmsRoutes::default() }, "+989121234567"),
    ] {
        let sender = RoutedSender::new(senders.clone(), routes, Arc::new(Seconds::default()));
        assert_eq!(sender.send(&message_to(phone)).await, SmsOutcome::elsewhere("it is down"));
        let tries = providers.each_ref().map(|(_, provider)| provider.0.swap(0, Ordering::SeqCst));
        assert_eq!(tries, [1, 1, 0], "{phone}");
    }
}
