//! The configuration: one file, and an environment that overrides it.
//!
//! [`mod@file`] and the environment are put together by [`mod@gather`]; each concern ([`site`], [`sms`], …) names its settings
//! and reads them from the [`reader`], which collects faults; [`Config`] is what comes out. A new setting is a constant in
//! its concern's file, a line in [`known`], and a paragraph in `Leptos.toml`; a provider's stand in the provider's own file.

pub mod budget;
pub mod code;
pub mod database;
pub mod fault;
pub mod file;
pub mod gather;
pub mod key_file;
pub mod known;
pub mod leptos;
pub mod limits;
pub mod log;
pub mod phone;
pub mod quotas;
pub mod reader;
pub mod report;
pub mod secret_key;
pub mod session;
pub mod setting;
pub mod site;
pub mod site_url;
pub mod sms;
pub mod sms_channels;
pub mod sms_senders;
pub mod sms_values;
pub mod test_numbers;

use std::path::Path;

use ::leptos::config::LeptosOptions;
use chrono::{DateTime, Utc};

use self::{
    fault::Faults,
    file::ConfigFile,
    gather::{Settings, Variables, gather},
    log::LogSettings,
    phone::PhoneSettings,
    reader::{Environment, Reader},
    secret_key::KeySource,
    site::SiteSettings,
    sms::SmsSettings,
};
use super::{
    clock::{Clock as _, SystemClock},
    sign_in::SignInRules,
    sms::{message::MessageText, registry::PROVIDERS},
    state::Site,
};
use crate::domain::{
    budget::BudgetPolicy,
    policy::{RetentionPolicy, SignInPolicy},
    site_key::SiteKey,
    test_number::TestNumbers,
};

/// A configuration without faults.
#[derive(Debug)]
pub struct Config {
    /// Tried out or real.
    pub environment: Environment,
    /// Name, address and looks.
    pub site: SiteSettings,
    /// Where the key is.
    pub key: KeySource,
    /// A `sqlite:` address.
    pub database_url: String,
    /// Who delivers.
    pub sms: SmsSettings,
    /// Numbers that get no message.
    pub test_numbers: TestNumbers,
    /// Whose numbers get codes.
    pub phone: PhoneSettings,
    /// Lives and limits.
    pub policy: SignInPolicy,
    /// What is logged, and how.
    pub log: LogSettings,
    /// Where the server listens and finds the browser's files.
    pub leptos: LeptosOptions,
    /// Each value with its source, for `config check`.
    pub settings: Settings,
}

impl Config {
    /// Reads the named file, or `Leptos.toml` when there is one, and the environment over it.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(file: Option<&Path>, variables: &Variables) -> Result<Self, Faults> {
        Self::of(ConfigFile::read(file)?.as_ref(), variables)
    }

    /// The same of a file that has been read already.
    ///
    /// # Errors
    /// Everything that is wrong with what it says, at once.
    pub fn of(file: Option<&ConfigFile>, variables: &Variables) -> Result<Self, Faults> {
        Self::read(file, variables, SystemClock.now()).map_err(Faults)
    }

    fn read(
        file: Option<&ConfigFile>,
        variables: &Variables,
        now: DateTime<Utc>,
    ) -> Result<Self, Vec<fault::Fault>> {
        let mut faults = Vec::new();
        let settings = gather(file, variables, &mut faults);
        let mut reader = Reader::new(settings, faults);
        let environment = site::environment(&mut reader);
        let leptos = leptos::read(file, variables, environment, reader.faults());
        let port = leptos.as_ref().map_or(3000, |options| options.site_addr.port());
        reader.fill(&site::URL, format!("http://localhost:{port}"));
        let site = site::read(&mut reader, environment);
        let key = secret_key::read(&mut reader, environment);
        let database_url = database::read(&mut reader);
        let mut sms = sms::read(&mut reader, environment);
        let phone = phone::read(&mut reader, environment);
        let test_numbers = test_numbers::read(&mut reader, environment, &phone.served_regions, now);
        let code = code::read(&mut reader);
        let limits = limits::read(&mut reader, code.resend_waits);
        let budget = budget::read(&mut reader);
        let session = session::read(&mut reader);
        let log = log::read(&mut reader, environment);
        let mut settings = reader.finish()?;
        for secret in known::KNOWN.iter().filter(|setting| setting.is_secret) {
            settings.forget(secret);
        }
        // Leptos's options are missing only where a fault says why.
        let leptos = leptos.ok_or_else(Vec::new)?;
        // Nobody outside reaches a site that is on plain http.
        if site.url.is_https {
            sms.providers.values_mut().for_each(|provider| provider.ask_for_receipts(&site.url.origin));
        }
        let policy = SignInPolicy {
            challenge: code.challenge,
            sends: limits.sends,
            guesses: limits.guesses,
            budget: BudgetPolicy { served_regions: phone.served_regions.clone(), ..budget.budget },
            conversion: budget.conversion,
            record_only: limits.record_only,
            session,
            retention: RetentionPolicy::default(),
        };
        Ok(Self {
            environment,
            site,
            key,
            database_url,
            sms,
            test_numbers,
            phone,
            policy,
            log,
            leptos,
            settings,
        })
    }

    /// Whether the messages are shown at `/dev/inbox`: in development where nothing is sent to phones and nobody calls them, the server listens on
    /// this machine alone, and the site has this machine's name, so that other names (DNS rebinding) are refused.
    pub fn has_inbox(&self) -> bool {
        let routes = &self.sms.routes;
        let mut real = PROVIDERS.iter().filter(|kind| kind.delivers_to_people);
        let is_here = self.leptos.site_addr.ip().is_loopback()
            && matches!(self.site.url.host.as_str(), "localhost" | "127.0.0.1" | "[::1]");
        self.environment == Environment::Development
            && is_here
            && self.sms.channels.providers.is_empty()
            && !real.any(|kind| routes.has(kind.name))
    }

    /// What the use cases need to know.
    pub fn rules(&self) -> SignInRules {
        SignInRules {
            policy: self.policy.clone().into(),
            message: MessageText::new(&self.site.name, &self.site.url.host, &self.policy.challenge)
                .in_languages(self.sms.languages.clone())
                .from_senders(self.sms.senders.clone()),
            test_numbers: self.test_numbers.clone(),
            channels: self.sms.channels.offered(&self.phone.served_regions),
        }
    }

    /// What pages, cookies and checks need to know.
    pub fn site(&self, key: &SiteKey) -> Site {
        let SiteSettings { url, name, brand_colour, logo_url, help_url, trusted_proxies } = &self.site;
        Site {
            name: name.clone(),
            origin: url.origin.clone(),
            is_https: url.is_https,
            brand_colour: brand_colour.clone(),
            logo_url: logo_url.clone(),
            help_url: help_url.clone(),
            default_region: self.phone.default_region,
            policy: self.policy.clone().into(),
            flash_key: key.derive("mobile-auth flash cookie v1"),
            trusted_proxies: trusted_proxies.clone(),
        }
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod channel_tests;

#[cfg(test)]
mod sms_tests;

#[cfg(test)]
mod test_numbers_tests;
