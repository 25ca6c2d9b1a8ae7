//! What is known of a message after a provider took it, and which news may replace which.

use super::{
    sms_outcome::{MessageId, Rejection},
    sms_route::ProviderName,
};

/// What is known of a message, as a closed set. **The order is the rule**: news replaces only what stands before it, so that
/// receipts that come late, twice or in the wrong order lead to the same end, and a message that arrived stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryState {
    /// A provider has it, and the network perhaps too.
    HandedOver,
    /// It will not arrive, for a reason that may be over at the next try: its time ran out, or the network failed.
    Failed,
    /// It cannot arrive: the reason is the number's.
    Undeliverable(Rejection),
    /// The phone has it.
    Delivered,
}

impl DeliveryState {
    /// Each with its name in the database and the log.
    pub const NAMES: [(Self, &'static str); 7] = [
        (Self::HandedOver, "handed_over"),
        (Self::Failed, "failed"),
        (Self::Undeliverable(Rejection::BadNumber), "bad_number"),
        (Self::Undeliverable(Rejection::NotReachable), "not_reachable"),
        (Self::Undeliverable(Rejection::OptedOut), "opted_out"),
        (Self::Undeliverable(Rejection::BlockedRegion), "blocked_region"),
        (Self::Delivered, "delivered"),
    ];

    /// The stable name: `delivered`.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    /// Whether this news says more than what is known.
    pub fn may_follow(self, known: Self) -> bool {
        self > known
    }

    /// Whether nothing is expected after it. Only an arrival may still be told.
    pub fn is_end(self) -> bool {
        self != Self::HandedOver
    }
}

/// News of one message from its provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Who tells it.
    pub provider: ProviderName,
    /// The message's name there, as the provider told it when it took the message.
    pub id: MessageId,
    /// What became of it.
    pub state: DeliveryState,
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    fn states() -> Vec<DeliveryState> {
        DeliveryState::NAMES.iter().map(|(state, _)| *state).collect()
    }

    fn after(news: &[DeliveryState]) -> DeliveryState {
        let learn = |known, &news: &DeliveryState| if news.may_follow(known) { news } else { known };
        news.iter().fold(DeliveryState::HandedOver, learn)
    }

    #[test]
    fn names_read_back() {
        for (state, name) in DeliveryState::NAMES {
            assert_eq!((state.name(), DeliveryState::parse(name)), (name, Some(state)));
        }
        assert_eq!(DeliveryState::parse("lost"), None);
    }

    #[test]
    fn what_arrived_stays_so_and_nothing_goes_back_to_the_beginning() {
        for state in states() {
            assert!(!state.may_follow(DeliveryState::Delivered), "{state:?}");
            assert!(!DeliveryState::HandedOver.may_follow(state), "{state:?}");
            assert!(!state.may_follow(state), "{state:?} twice");
            assert_eq!(state.is_end(), state != DeliveryState::HandedOver);
        }
        assert!(DeliveryState::Delivered.may_follow(DeliveryState::Failed), "a phone knows best");
    }

    proptest! {
        #[test]
        fn the_order_in_which_receipts_come_does_not_matter(
            (news, other) in prop::collection::vec(select(states()), 0..6)
                .prop_flat_map(|news| (Just(news.clone()), Just(news).prop_shuffle()))
        ) {
            prop_assert_eq!(after(&news), after(&other));
        }
    }
}
