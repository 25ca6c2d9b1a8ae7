//! Countries in which something is registered before messages arrive.

use super::{region_code::RegionCode, served_regions::ServedRegions};

/// A duty, whose it is and who says so. Rules change and no list is whole: this one was read on 24 and 28 November 2026, and the
/// provider's console is the last word.
struct Duty {
    countries: &'static [&'static str],
    what: &'static str,
    source: &'static str,
}

const DUTIES: [Duty; 8] = [
    Duty {
        countries: &["US"],
        what: "register a brand and a campaign for a ten-digit number, or have a toll-free number verified",
        source: "https://developers.telnyx.com/docs/messaging/10dlc/campaign-registration/index",
    },
    Duty {
        countries: &["CA"],
        what: "have a toll-free number verified; names are not delivered",
        source: "https://www.twilio.com/docs/api/errors/30464.md",
    },
    Duty {
        countries: &["IN"],
        what: "register the company, the header and each text as a template (TRAI's DLT)",
        source: "https://www.enablex.io/developer/sms/faqs/india/",
    },
    Duty {
        countries: &["IR"],
        what: "have a service line at a provider in the country",
        source: "https://mrapi.ir/?fa/pages/2/75",
    },
    Duty {
        countries: &["ES"],
        what: "register the name that messages are from, in that very spelling, with the CNMC",
        source: "https://docs.aws.amazon.com/end-user-messaging/latest/userguide/nx-country-reg-es.md",
    },
    Duty {
        countries: &["TR"],
        what: "register the name that messages are from; numbers and other names are filtered",
        source: "https://www.twilio.com/en/guidelines/tr/sms",
    },
    Duty {
        countries: &["CN"],
        what: "register each text as a template; names are not delivered",
        source: "https://docs.aws.amazon.com/sms-voice/latest/userguide/registrations-country.md",
    },
    Duty {
        countries: &[
            "AT", "AU", "BY", "EG", "FI", "ID", "IE", "JO", "KE", "KW", "KZ", "LK", "PH", "QA", "RU", "SA",
            "SG", "TH",
        ],
        what: "register the name that messages are from, at your provider",
        source: "https://docs.aws.amazon.com/sms-voice/latest/userguide/registrations-country.md",
    },
];

/// What is to be done before messages go to countries that are served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Those countries; one at least.
    pub countries: Vec<RegionCode>,
    /// What is to be done.
    pub what: &'static str,
    /// Who says so.
    pub source: &'static str,
}

/// Everything that is to be registered where messages go.
pub fn registrations(served: &ServedRegions) -> Vec<Registration> {
    let of = |Duty { countries, what, source }: &Duty| {
        let countries = countries.iter().filter_map(|code| RegionCode::parse(code));
        let countries: Vec<_> = countries.filter(|&country| served.serves(Some(country))).collect();
        (!countries.is_empty()).then_some(Registration { countries, what, source })
    };
    DUTIES.iter().filter_map(of).collect()
}

impl std::fmt::Display for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let countries: Vec<_> = self.countries.iter().map(RegionCode::to_string).collect();
        write!(f, "Before you send to {}: {} ({}).", countries.join(", "), self.what, self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(codes: &[&str]) -> Vec<String> {
        let served = codes.iter().filter_map(|code| RegionCode::parse(code)).collect();
        registrations(&ServedRegions::Only(served)).iter().map(Registration::to_string).collect()
    }

    #[test]
    fn what_is_to_be_registered_is_told_of_countries_that_are_served_alone() {
        let told_of_india = told(&["IN", "GB"]);
        assert_eq!(told_of_india.len(), 1);
        assert!(
            told_of_india[0]
                .starts_with("Before you send to IN: register the company, the header and each text")
        );
        assert!(told_of_india[0].ends_with("(https://www.enablex.io/developer/sms/faqs/india/)."));
        assert_eq!(told(&["GB", "DE"]), [""; 0]);
        assert!(told(&["SG", "ID"])[0].starts_with("Before you send to ID, SG: "));
        assert_eq!(registrations(&ServedRegions::All).len(), DUTIES.len());
    }

    #[test]
    fn every_country_is_one_and_stands_once() {
        let mut codes: Vec<_> = DUTIES.iter().flat_map(|duty| duty.countries).collect();
        assert!(codes.iter().all(|code| RegionCode::parse(code).is_some()), "{codes:?}");
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
    }
}
