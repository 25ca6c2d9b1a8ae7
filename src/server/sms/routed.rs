//! Sends by the operator's routes: the next provider takes over where the first surely did not, and one that keeps failing
//! or is slow holds up nobody else.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tracing::{info, warn};

use super::{
    SmsMessage, SmsSender,
    handover::{Handover, Try},
};
use crate::{
    domain::{
        breaker::{Breaker, BreakerPolicy},
        channel::Channel,
        sms_outcome::{MessageId, SmsOutcome},
        sms_route::{MOST_TRIES, ProviderName, SmsRoutes},
    },
    server::clock::Clock,
};

/// Messages on their way to one provider at a time: 32 (REQUIREMENTS V-04).
const ROOM: usize = 32;

/// One provider with what protects the rest from it. Both are in memory: a restart begins with trust.
struct Guarded {
    sender: Arc<dyn SmsSender>,
    breaker: Mutex<Breaker>,
    room: Semaphore,
}

/// Sends by the operator's routes.
pub struct RoutedSender {
    providers: BTreeMap<ProviderName, Guarded>,
    routes: SmsRoutes,
    policy: BreakerPolicy,
    clock: Arc<dyn Clock>,
}

impl RoutedSender {
    /// Every provider that a route names must be among `senders`; one that is not is passed over.
    pub fn new(
        senders: impl IntoIterator<Item = (ProviderName, Arc<dyn SmsSender>)>,
        routes: SmsRoutes,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let guard = |sender| Guarded { sender, breaker: Mutex::default(), room: Semaphore::new(ROOM) };
        let providers = senders.into_iter().map(|(name, sender)| (name, guard(sender))).collect();
        Self { providers, routes, policy: BreakerPolicy::default(), clock }
    }

    /// `None`: the provider is paused or has no room, and nothing was sent.
    async fn try_one(&self, name: ProviderName, message: &SmsMessage) -> Option<SmsOutcome> {
        let Guarded { sender, breaker, room } = self.providers.get(&name)?;
        let Ok(_room) = room.try_acquire() else {
            let (provider, channel) = (name.name(), message.channel().name());
            warn!(event = "provider_full", provider, channel, "it is slow: {ROOM} messages wait for it");
            return None;
        };
        let began = self.clock.now();
        if !breaker.lock().unwrap_or_else(PoisonError::into_inner).permit(began, &self.policy) {
            return None;
        }
        let outcome = sender.send(message).await.told_by(name);
        let ended = self.clock.now();
        if let Some(is_failure) = outcome.is_providers_failure() {
            breaker.lock().unwrap_or_else(PoisonError::into_inner).note(is_failure, ended, &self.policy);
        }
        log(name, message.channel(), &outcome, (ended - began).num_milliseconds());
        Some(outcome)
    }
}

#[async_trait]
impl SmsSender for RoutedSender {
    async fn send(&self, message: &SmsMessage) -> SmsOutcome {
        self.hand_over(message).await.outcome
    }

    async fn hand_over(&self, message: &SmsMessage) -> Handover {
        let mut last = SmsOutcome::elsewhere(
            "no provider for that country can take a message now: each failed often in the last seconds or is full",
        );
        let mut tries = Vec::new();
        for name in self.routes.to(message.to.region()) {
            if tries.len() == MOST_TRIES || self.clock.now() >= message.good_until {
                break;
            }
            let Some(outcome) = self.try_one(*name, message).await else { continue };
            tries.push(Try { provider: *name, outcome: outcome.clone() });
            let goes_on = self.routes.tries_next(&outcome, self.clock.now(), message.good_until);
            // What may have gone stays so, whatever another provider says, unless that one has the message.
            if !matches!(last, SmsOutcome::Unknown(_)) || matches!(outcome, SmsOutcome::Accepted { .. }) {
                last = outcome;
            }
            if !goes_on {
                break;
            }
        }
        Handover { outcome: last, tries }
    }
}

fn log(name: ProviderName, channel: Channel, outcome: &SmsOutcome, milliseconds: i64) {
    let (provider, channel, name) = (name.name(), channel.name(), outcome.name());
    match outcome {
        SmsOutcome::Accepted { id, .. } => {
            let id = id.as_ref().map(MessageId::as_str);
            info!(event = "provider_answered", provider, channel, outcome = name, id, milliseconds);
        }
        SmsOutcome::Rejected(rejection) => {
            info!(
                event = "provider_answered",
                provider,
                channel,
                outcome = name,
                reason = rejection.name(),
                milliseconds
            );
        }
        SmsOutcome::TryElsewhere(cause) | SmsOutcome::Unknown(cause) => {
            warn!(event = "provider_failed", provider, channel, outcome = name, cause = %cause, milliseconds);
        }
    }
}
