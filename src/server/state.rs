//! What every request handler is given.

use std::{ops::Deref, sync::Arc, time::Duration};

use leptos::config::LeptosOptions;
use tokio::time::timeout;

use super::{
    http::{event_streams::EventStreams, overload::Room},
    sign_in::SignIn,
    sms::{callback::Callbacks, inbox::Inbox},
};
use crate::domain::{
    policy::SignInPolicy, region_code::RegionCode, served_regions::ServedRegions, site_key::DerivedKey,
};

/// How long a page waits for the countries that are served: half a second.
const PATIENCE_FOR_COUNTRIES: Duration = Duration::from_millis(500);

/// The running program, cheap to clone: for each request every layer around its route has its own, and a copy of those within.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of the running program.
pub struct Parts {
    /// The use cases.
    pub sign_in: Arc<SignIn>,
    /// What the site is called and where it is.
    pub site: Arc<Site>,
    /// Where leptos finds the browser's files.
    pub leptos_options: LeptosOptions,
    /// How many requests are in progress at once.
    pub room: Room,
    /// How many answers stay open to tell it.
    pub streams: EventStreams,
    /// Whose news of messages is taken.
    pub callbacks: Callbacks,
    /// The messages of a development server; `None` everywhere else.
    pub inbox: Option<Inbox>,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The site with the countries that are served now. Where they cannot be read at once, those of the configuration stand: a page
    /// is better than none.
    pub async fn site_in_force(&self) -> Arc<Site> {
        let policy = self.sign_in.policy_in_force(self.sign_in.now());
        match timeout(PATIENCE_FOR_COUNTRIES, policy).await {
            Ok(Ok(policy)) if policy.budget.served_regions != *self.site.served_regions() => {
                Arc::new(Site { policy, ..Site::clone(&self.site) })
            }
            _ => self.site.clone(),
        }
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What pages, cookies and checks need to know of the configured site.
#[derive(Clone, Debug)]
pub struct Site {
    /// Shown in the heading, the titles and the message.
    pub name: String,
    /// Scheme, host and port, without a trailing slash: what `Origin` must be.
    pub origin: String,
    /// Whether the site is served over https; decides the cookies' names and flags and HSTS.
    pub is_https: bool,
    /// The brand colour as a CSS hexadecimal colour (`#1d4ed8`), when configured.
    pub brand_colour: Option<String>,
    /// Path or URL of the logo, when configured.
    pub logo_url: Option<String>,
    /// Where people without their phone get help: a `mailto:` or `https:` address, when configured.
    pub help_url: Option<String>,
    /// Chosen for whoever's browser does not say a country.
    pub default_region: Option<RegionCode>,
    /// Lives and limits, for the sentences that name them.
    pub policy: Arc<SignInPolicy>,
    /// Encrypts and authenticates the short-lived cookie that carries an error of a plain form post.
    pub flash_key: DerivedKey,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
}

impl Site {
    /// The countries offered.
    pub fn served_regions(&self) -> &ServedRegions {
        &self.policy.budget.served_regions
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::site_key::SiteKey;

    /// A site at `origin` with everything else as in development.
    pub(crate) fn site(origin: &str) -> Site {
        Site {
            name: "mobile-auth".to_owned(),
            origin: origin.to_owned(),
            is_https: origin.starts_with("https:"),
            brand_colour: None,
            logo_url: None,
            help_url: None,
            default_region: None,
            policy: Arc::default(),
            flash_key: SiteKey::new([1; 32]).derive("flash"),
            trusted_proxies: Vec::new(),
        }
    }
}
