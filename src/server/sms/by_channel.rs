//! Sends each code the way it is meant to go.

use std::{collections::BTreeMap, io, sync::Arc};

use async_trait::async_trait;

use super::{
    SmsMessage, SmsSender,
    handover::Handover,
    http_client::{HttpClient, HttpPatience},
    http_provider::HttpSender,
    other_provider::OtherProvider,
    routed::RoutedSender,
};
use crate::{
    domain::{channel::Channel, sms_outcome::SmsOutcome, sms_route::SmsRoutes},
    server::clock::Clock,
};

/// Text messages by their routes; every other way by its one provider, with a breaker and a room of its own. Nothing fails over
/// from one way to another: the person chose it, and is told.
pub struct SenderByChannel {
    texts: Arc<dyn SmsSender>,
    others: BTreeMap<Channel, RoutedSender>,
}

impl SenderByChannel {
    /// The system's certificates are read only where there is another way.
    ///
    /// # Errors
    /// The system has none.
    pub fn new(
        texts: Arc<dyn SmsSender>,
        others: &BTreeMap<Channel, OtherProvider>,
        clock: &Arc<dyn Clock>,
    ) -> io::Result<Self> {
        if others.is_empty() {
            return Ok(Self { texts, others: BTreeMap::new() });
        }
        let client = HttpClient::new(HttpPatience::default())?;
        let routed = |(&channel, provider): (&Channel, &OtherProvider)| {
            let name = provider.name();
            let routes = SmsRoutes { everywhere: vec![name], ..SmsRoutes::default() };
            let sender: Arc<dyn SmsSender> =
                Arc::new(HttpSender::new(client.clone(), provider.http_provider()));
            (channel, RoutedSender::new([(name, sender)], routes, clock.clone()))
        };
        Ok(Self { texts, others: others.iter().map(routed).collect() })
    }
}

#[async_trait]
impl SmsSender for SenderByChannel {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        self.hand_over(message).await.outcome
    }

    async fn hand_over(&self, message: &SmsMessage) -> Handover {
        match (message.channel(), self.others.get(&message.channel())) {
            (Channel::Text, _) => self.texts.hand_over(message).await,
            (_, Some(sender)) => sender.hand_over(message).await,
            (_, None) => {
                SmsOutcome::elsewhere("no provider is set up for this way; see [sms] call and whatsapp")
                    .into()
            }
        }
    }
}
