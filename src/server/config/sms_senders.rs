//! `[sms] senders`: who messages to a country are from.

use super::{
    fault::Complaint,
    reader::{Reader, quoted},
    setting::{Setting, Value},
    sms::SmsSettings,
};
use crate::domain::{
    region_code::RegionCode,
    served_regions::ServedRegions,
    sms_route::ProviderName,
    sms_sender::{NameNotShown, SmsSenderId, SmsSenderIds, names_not_shown},
};

/// Other senders than the provider's own for some countries: `US=+15005550006`.
pub const SENDERS: Setting = Setting::new("sms", "senders");

/// What to write as a sender.
pub const SENDER_REMEDY: &str = "Write a number (+15005550006, or a short code), a name of at most 11 letters, digits and spaces with \
     a letter in it, or a messaging service (MG and 32 characters).";

/// Reads them.
pub fn read(reader: &mut Reader) -> SmsSenderIds {
    reader.optional(&SENDERS, senders).unwrap_or_default()
}

impl SmsSettings {
    /// Names as senders where networks take none, of `[sms] senders` and of the providers that carry a served country's messages.
    pub fn names_not_shown(&self, served: &ServedRegions) -> Vec<NameNotShown> {
        names_not_shown(&self.senders, |region| {
            let route = if served.serves(Some(region)) { self.routes.to(Some(region)) } else { &[] };
            let own =
                |name: &ProviderName| Some((*name, self.providers.get(name)?.sender_name()?.to_owned()));
            route.iter().filter_map(own).collect()
        })
    }
}

fn senders(value: &Value) -> Result<SmsSenderIds, Complaint> {
    let mut senders = SmsSenderIds::new();
    for entry in value.entries() {
        let (region, sender) = sender(entry)?;
        if senders.insert(region, sender).is_some() {
            let problem = format!("has {region} twice");
            return Err(Complaint::new(problem, "Give each country one sender."));
        }
    }
    Ok(senders)
}

fn sender(entry: &str) -> Result<(RegionCode, SmsSenderId), Complaint> {
    let parts =
        entry.split_once('=').and_then(|(region, sender)| Some((RegionCode::parse(region)?, sender.trim())));
    let Some((region, sender)) = parts else {
        return Err(Complaint::new(quoted(entry), "Write a country, =, and who sends: US=+15005550006."));
    };
    let found = SmsSenderId::parse(sender).map(|sender| (region, sender));
    found.ok_or_else(|| {
        let problem =
            format!("has for {region} a sender that {}, which networks do not take", quoted(sender));
        Complaint::new(problem, SENDER_REMEDY)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<SmsSenderIds, Complaint> {
        senders(&Value::One(text.to_owned()))
    }

    #[test]
    fn each_country_has_one_sender() {
        let read = parse("US=+15005550006, gb = Tea House").unwrap();
        let shown: Vec<_> =
            read.iter().map(|(region, sender)| format!("{region} {}", sender.as_str())).collect();
        assert_eq!(shown, ["GB Tea House", "US +15005550006"]);
        for (bad, why) in [
            ("US", "Write a country, =, and who sends"),
            ("XX=Tea", "Write a country, =, and who sends"),
            ("GB=Tea House of Tehran", "which networks do not take"),
            ("GB=Tea&Co", "which networks do not take"),
            ("GB=", "which networks do not take"),
            ("GB=Tea, GB=Cup", "has GB twice"),
        ] {
            let told = format!("{:?}", parse(bad).unwrap_err());
            assert!(told.contains(why), "{bad}: {told}");
        }
    }
}
