//! The first lines in the terminal of whoever tries the product out.

use super::config::{Config, database, secret_key::KeySource};
use crate::domain::sms_route::ProviderName;

/// Where to look, where the data is, where codes go, how to stop.
pub fn greeting(config: &Config) -> String {
    let way = |name: &ProviderName| {
        let instead = config.sms.providers.get(name).and_then(|provider| provider.instead_of_sending());
        instead.unwrap_or_else(|| format!("sent by {}", name.name()))
    };
    let codes: Vec<_> = config.sms.routes.everywhere.iter().map(way).collect();
    let inbox = config.has_inbox().then(|| format!(", and at {}/dev/inbox", config.site.url.origin));
    let codes = codes.join(", or else ") + inbox.as_deref().unwrap_or_default();
    let database = database::path(&config.database_url).unwrap_or(&config.database_url);
    let key = match &config.key {
        KeySource::Given(_) => "given".to_owned(),
        KeySource::MadeOnce(path) => path.display().to_string(),
    };
    format!(
        "\n  {name} is ready: {url}\n\n  Codes     {codes}\n  Database  {database}\n  Key       {key}\n\n  \
         Ctrl-C stops it. To go live, see Leptos.toml.\n\n",
        name = config.site.name,
        url = config.site.url.origin,
    )
}
