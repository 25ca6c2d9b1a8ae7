//! The choice of the country.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::country_names::countries;
use crate::domain::{region_code::RegionCode, served_regions::ServedRegions};

/// A native select: typing finds a country, it works everywhere, and it needs no script.
#[component]
pub fn CountryField(
    /// The countries offered.
    served: ServedRegions,
    /// The one that is chosen already.
    chosen: Option<RegionCode>,
    /// What is wrong with the choice; empty when nothing is.
    error: String,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for="region">"Country"</label>
            <p class="error" id="region-error">{error.clone()}</p>
            <select
                id="region"
                name="region"
                autocomplete="country"
                aria-describedby="region-error"
                aria-invalid=(!error.is_empty()).then_some("true")
                inner_html=options(&served, chosen)
            ></select>
        </div>
    }
}

/// All options as one text: 245 of them as views would cost the server more than the rest of the page. Leaving out the
/// closing tags, which HTML allows, saves a quarter of the page.
fn options(served: &ServedRegions, chosen: Option<RegionCode>) -> String {
    let chosen = chosen.filter(|&region| served.serves(Some(region)));
    let mut html = String::with_capacity(9_000);
    let offered = countries().iter().filter(|country| served.serves(Some(country.region)));
    if chosen.is_none() {
        html.push_str("<option value>Choose your country");
    }
    for country in offered {
        let selected = if chosen == Some(country.region) { " selected" } else { "" };
        let name = escaped(&country.name);
        // Writing to a String cannot fail.
        let _ = write!(html, "<option value={}{selected}>{name} +{}", country.region, country.calling_code);
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_country_is_selected_and_no_empty_choice_is_offered() {
        let html = options(&ServedRegions::All, RegionCode::parse("IR"));
        assert!(html.contains("<option value=IR selected>Iran +98"));
        assert!(html.contains("<option value=BA>Bosnia &amp; Herzegovina +387"));
        assert_eq!(html.matches(" selected").count(), 1);
        assert!(!html.contains("Choose"));
    }

    #[test]
    fn a_country_that_is_not_served_is_neither_offered_nor_chosen() {
        let served = ServedRegions::Only(RegionCode::parse("DE").into_iter().collect());
        let html = options(&served, RegionCode::parse("IR"));
        assert_eq!(html, "<option value>Choose your country<option value=DE>Germany +49");
    }
}
