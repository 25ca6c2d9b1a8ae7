//! `[phone]`: whose numbers get codes.

use super::{
    fault::Complaint,
    reader::{Environment, Reader},
    setting::{Setting, Value},
};
use crate::domain::{region_code::RegionCode, served_regions::ServedRegions};

/// `all`, or region codes. All in development; production must say.
pub const COUNTRIES: Setting = Setting::new("phone", "countries");
/// Chosen for whoever's browser does not say a country.
pub const DEFAULT_REGION: Setting = Setting::new("phone", "default_region");

/// Whose numbers get codes.
#[derive(Debug)]
pub struct PhoneSettings {
    /// The allow-list.
    pub served_regions: ServedRegions,
    /// One of the served.
    pub default_region: Option<RegionCode>,
}

/// Reads `[phone]`.
pub fn read(reader: &mut Reader, environment: Environment) -> PhoneSettings {
    let served_regions = countries(reader, environment);
    let default_region = reader.optional(&DEFAULT_REGION, |value| {
        let region = region(Reader::text(value)?)?;
        if !served_regions.serves(Some(region)) {
            let problem = format!("is {region}, which [phone] countries does not serve");
            return Err(Complaint::new(problem, format!("Add {region} there, or choose one of them.")));
        }
        Ok(region)
    });
    PhoneSettings { served_regions, default_region }
}

fn countries(reader: &mut Reader, environment: Environment) -> ServedRegions {
    const REMEDY: &str =
        "Name the countries you serve, IR, GB, or write all: each one is a bill and a target.";
    let given = reader.given(&COUNTRIES);
    if given.is_none() && reader.was_given(&COUNTRIES) {
        reader.complain(&COUNTRIES, Complaint::new("is an empty list: nobody could sign in", REMEDY));
        return ServedRegions::All;
    }
    if given.is_none() && environment == Environment::Production {
        reader.complain(&COUNTRIES, Complaint::new("is missing, which production needs", REMEDY));
        return ServedRegions::All;
    }
    reader.fill(&COUNTRIES, "all");
    reader.required(&COUNTRIES, ServedRegions::All, served)
}

/// Reads `all`, or region codes.
///
/// # Errors
/// An entry is no region, or there is none.
pub fn served(value: &Value) -> Result<ServedRegions, Complaint> {
    let entries = value.entries();
    if entries.is_empty() {
        return Err(Complaint::new("is an empty list: nobody could sign in", "Name at least one country."));
    }
    if entries.iter().all(|entry| entry.eq_ignore_ascii_case("all")) {
        return Ok(ServedRegions::All);
    }
    entries.into_iter().map(region).collect::<Result<_, _>>().map(ServedRegions::Only)
}

fn region(text: &str) -> Result<RegionCode, Complaint> {
    RegionCode::parse(text).ok_or_else(|| {
        let problem = format!("has “{}”, which is no region with telephone numbers", text.escape_debug());
        Complaint::new(problem, "Write two-letter codes of ISO 3166-1, such as IR, GB and US.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ServedRegions, Complaint> {
        served(&Value::One(text.to_owned()))
    }

    #[test]
    fn countries_are_all_or_a_list_of_known_codes() {
        assert_eq!(parse("all"), Ok(ServedRegions::All));
        let both = ["IR", "GB"].into_iter().filter_map(RegionCode::parse).collect();
        assert_eq!(parse("ir, GB"), Ok(ServedRegions::Only(both)));
        for bad in ["IR,UK", "Iran", "98", "all,IR", ","] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
