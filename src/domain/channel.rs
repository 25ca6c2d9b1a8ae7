//! The ways in which a code can reach a person, and when another than the text message may be taken.

use super::{region_code::RegionCode, served_regions::ServedRegions, sign_in_error::SignInError};

/// Codes of one attempt that must have been sent before another way is offered: 2, the first and one resend. A call costs a
/// multiple of a text message, so it is for whoever waited twice.
pub const OTHERS_AFTER: usize = 2;

/// A way to a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// A text message.
    #[default]
    Text,
    /// A call, in which a voice says the digits.
    Call,
    /// A message of WhatsApp.
    WhatsApp,
}

impl Channel {
    /// Each with its name in requests, the configuration and the log.
    pub const NAMES: [(&str, Self); 3] =
        [("sms", Self::Text), ("call", Self::Call), ("whatsapp", Self::WhatsApp)];

    /// The name in requests, the configuration and the log.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, channel)| *channel == self).map_or("", |(name, _)| name)
    }

    /// The channel of that name; whoever names none wants a text message.
    pub fn parse(name: &str) -> Option<Self> {
        if name.is_empty() {
            return Some(Self::Text);
        }
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, channel)| *channel)
    }
}

/// The other ways that a site has. None by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherChannels {
    /// To which countries it calls; `None`: it does not.
    pub call: Option<ServedRegions>,
    /// Whether it writes by WhatsApp.
    pub whatsapp: bool,
}

impl OtherChannels {
    /// Whether the next code of an attempt with so many codes may go this way.
    ///
    /// # Errors
    /// `channel_not_offered`: the site does not do that for this country; `channel_too_early`: not yet in this attempt.
    pub fn may_use(
        &self,
        channel: Channel,
        region: Option<RegionCode>,
        codes_sent: usize,
    ) -> Result<(), SignInError> {
        let is_offered = match channel {
            Channel::Text => return Ok(()),
            Channel::Call => self.calls(region),
            Channel::WhatsApp => self.whatsapp,
        };
        if !is_offered {
            return Err(SignInError::ChannelNotOffered);
        }
        if codes_sent < OTHERS_AFTER { Err(SignInError::ChannelTooEarly) } else { Ok(()) }
    }

    /// A satellite phone belongs to no country: a call to it costs many times what any other does, no price can be named for it,
    /// and no list of countries but `all` has it.
    fn calls(&self, region: Option<RegionCode>) -> bool {
        let serves = |countries: &ServedRegions| countries.serves(region);
        region.is_some_and(RegionCode::is_country) && self.call.as_ref().is_some_and(serves)
    }

    /// The ways beside the text message that may be taken now.
    pub fn open(&self, region: Option<RegionCode>, codes_sent: usize) -> Vec<Channel> {
        let is_open = |channel: &Channel| self.may_use(*channel, region, codes_sent).is_ok();
        [Channel::Call, Channel::WhatsApp].into_iter().filter(is_open).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::phone_number::PhoneNumber;

    #[test]
    fn names_read_back_and_no_name_is_a_text_message() {
        for (name, channel) in Channel::NAMES {
            assert_eq!((channel.name(), Channel::parse(name)), (name, Some(channel)));
        }
        assert_eq!(Channel::parse(""), Some(Channel::Text));
        for bad in ["pigeon", "SMS", " call", "call,sms"] {
            assert_eq!(Channel::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn another_way_is_open_after_the_second_code_where_the_site_has_it() {
        let iran = RegionCode::parse("IR");
        let both = OtherChannels { call: Some(ServedRegions::All), whatsapp: true };
        for sent in 0..OTHERS_AFTER {
            assert_eq!(both.may_use(Channel::Call, iran, sent), Err(SignInError::ChannelTooEarly));
            assert_eq!(both.may_use(Channel::Text, iran, sent), Ok(()));
            assert_eq!(both.open(iran, sent), []);
        }
        assert_eq!(both.open(iran, OTHERS_AFTER), [Channel::Call, Channel::WhatsApp]);
        let none = OtherChannels::default();
        for channel in [Channel::Call, Channel::WhatsApp] {
            assert_eq!(none.may_use(channel, iran, 9), Err(SignInError::ChannelNotOffered));
        }
        assert_eq!(none.may_use(Channel::Text, iran, 0), Ok(()));
    }

    #[test]
    fn calls_go_to_the_countries_that_are_named_for_them() {
        let [iran, britain] = ["IR", "GB"].map(RegionCode::parse);
        let calls = Some(ServedRegions::Only(britain.into_iter().collect()));
        let channels = OtherChannels { call: calls, whatsapp: true };
        assert_eq!(channels.open(britain, 2), [Channel::Call, Channel::WhatsApp]);
        assert_eq!(channels.open(iran, 2), [Channel::WhatsApp]);
        assert_eq!(channels.may_use(Channel::Call, iran, 2), Err(SignInError::ChannelNotOffered));
        assert_eq!(channels.open(None, 2), [Channel::WhatsApp]);
    }

    #[test]
    fn no_satellite_phone_is_called_even_where_all_countries_are() {
        let channels = OtherChannels { call: Some(ServedRegions::All), whatsapp: false };
        for number in ["+881612345678", "+870301234567", "+8823421234"] {
            let region = PhoneNumber::parse(number, None).unwrap().region();
            assert_eq!(
                channels.may_use(Channel::Call, region, 9),
                Err(SignInError::ChannelNotOffered),
                "{number}"
            );
        }
        assert_eq!(channels.may_use(Channel::Call, None, 9), Err(SignInError::ChannelNotOffered));
    }
}
