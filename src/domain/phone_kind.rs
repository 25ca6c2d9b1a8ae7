//! What kind of number a number is.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberType};

use super::{
    phone_number::{PhoneNumber, dialled},
    policy::PHONE_INPUT_MAX_BYTES,
    region_code::RegionCode,
};

/// The kinds that libphonenumber tells apart, by the ranges that regulators gave out: what a number became later, moved to a
/// service over the internet for instance, it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneKind {
    /// A mobile phone's.
    Mobile,
    /// A landline's.
    Landline,
    /// Either: in some countries, such as the United States, the number does not tell.
    MobileOrLandline,
    /// Free for the caller.
    TollFree,
    /// The called one earns with each call.
    PremiumRate,
    /// Caller and called one share the price.
    SharedCost,
    /// A service over the internet.
    Voip,
    /// A person's, wherever they are.
    Personal,
    /// A pager's.
    Pager,
    /// A company's for all of its places.
    Company,
    /// Where a mailbox is listened to.
    Mailbox,
    /// None of these.
    Unknown,
}

impl PhoneKind {
    /// Reads a number in full that may be none that gets text messages. `None`: there is no such number.
    pub fn read(text: &str) -> Option<(Self, Option<RegionCode>)> {
        if text.len() > PHONE_INPUT_MAX_BYTES {
            return None;
        }
        let number = PHONE_NUMBER_UTIL.parse(dialled(text).ok()?, None).ok()?;
        let region = number.get_region_code().map(RegionCode::from_library);
        number.is_valid().then(|| (number.get_type().into(), region))
    }

    /// What the operator calls it: “a mobile number”.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mobile => "a mobile number",
            Self::Landline => "a landline number",
            Self::MobileOrLandline => "a mobile or a landline number, which its country does not tell apart,",
            Self::TollFree => "a toll-free number",
            Self::PremiumRate => "a premium-rate number",
            Self::SharedCost => "a shared-cost number",
            Self::Voip => "a VoIP number",
            Self::Personal => "a personal number",
            Self::Pager => "a pager's number",
            Self::Company => "a company's universal number",
            Self::Mailbox => "a mailbox's number",
            Self::Unknown => "a number of no known kind",
        }
    }
}

impl From<PhoneNumberType> for PhoneKind {
    fn from(kind: PhoneNumberType) -> Self {
        match kind {
            PhoneNumberType::Mobile => Self::Mobile,
            PhoneNumberType::FixedLine => Self::Landline,
            PhoneNumberType::FixedLineOrMobile => Self::MobileOrLandline,
            PhoneNumberType::TollFree => Self::TollFree,
            PhoneNumberType::PremiumRate => Self::PremiumRate,
            PhoneNumberType::SharedCost => Self::SharedCost,
            PhoneNumberType::VoIP => Self::Voip,
            PhoneNumberType::PersonalNumber => Self::Personal,
            PhoneNumberType::Pager => Self::Pager,
            PhoneNumberType::UAN => Self::Company,
            PhoneNumberType::VoiceMail => Self::Mailbox,
            PhoneNumberType::Unknown => Self::Unknown,
        }
    }
}

impl PhoneNumber {
    /// Mobile, or mobile or landline.
    pub fn kind(&self) -> PhoneKind {
        PhoneKind::read(self.e164()).map_or(PhoneKind::Unknown, |(kind, _)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_of_the_kind_that_its_range_is_for() {
        for (text, kind, region) in [
            ("+98 912 123 4567", PhoneKind::Mobile, "IR"),
            ("+98 21 2233 4455", PhoneKind::Landline, "IR"),
            ("+1 202 555 0123", PhoneKind::MobileOrLandline, "US"),
            ("+1 800 234 5678", PhoneKind::TollFree, "US"),
            ("+1 900 234 5678", PhoneKind::PremiumRate, "US"),
            ("+49 180 2 123456", PhoneKind::SharedCost, "DE"),
            ("0044 56 1234 5678", PhoneKind::Voip, "GB"),
            ("+44 70 1234 5678", PhoneKind::Personal, "GB"),
            ("+44 76 4012 3456", PhoneKind::Pager, "GB"),
            ("+44 55 1234 5678", PhoneKind::Company, "GB"),
        ] {
            assert_eq!(PhoneKind::read(text), Some((kind, RegionCode::parse(region))), "{text}");
        }
        let long = format!("+98912123456{}", "7".repeat(60));
        for text in ["", "+98912", "09121234567", "no number", &long] {
            assert_eq!(PhoneKind::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_that_gets_codes_is_mobile_or_may_be() {
        for (text, kind) in
            [("+989121234567", PhoneKind::Mobile), ("+12025550123", PhoneKind::MobileOrLandline)]
        {
            assert_eq!(PhoneNumber::parse(text, None).map(|phone| phone.kind()), Ok(kind));
        }
    }
}
