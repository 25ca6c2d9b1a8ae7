//! What a provider of text messages is: data in the registry, and once the operator has set it up a type of its own.

use std::{any::Any, collections::BTreeMap, fmt::Debug, io, sync::Arc};

use rustls::ClientConfig;

use super::{
    SmsSender,
    callback::CallbackReader,
    http_client::{HttpClient, HttpPatience, trust_the_system},
    http_provider::{HttpProvider, HttpSender},
    receipts::ReceiptSink,
};
use crate::{
    domain::sms_route::ProviderName,
    server::{
        clock::Clock,
        config::{reader::Reader, setting::Setting},
    },
};

/// A provider as the product knows it, whether it is set up or not.
#[derive(Debug)]
pub struct ProviderKind {
    /// Its name in the configuration, the log, the database and the path of its calls.
    pub name: ProviderName,
    /// Whether its messages go to people, and not to developers.
    pub delivers_to_people: bool,
    /// The settings of its section that texts need, in the order of the configuration file.
    pub settings: &'static [&'static Setting],
    /// Reads them, when a route names the provider. `None`: a fault was noted.
    pub read: fn(&mut Reader) -> Option<Box<dyn Provider>>,
}

/// A provider as the operator set it up. `Debug` shows no credential; `Any` lets a test look at what was read.
pub trait Provider: Any + Debug + Send + Sync {
    /// What sends by it.
    ///
    /// # Errors
    /// The system has no certificates.
    fn sender(&self, parts: &mut SenderParts) -> io::Result<Arc<dyn SmsSender>>;

    /// From now on each message asks the provider to tell what becomes of it, at this site; what signs nothing, or cannot be
    /// verified, is not asked.
    fn ask_for_receipts(&mut self, _origin: &str) {}

    /// What reads its calls; `None` where they cannot be told from anybody's.
    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        None
    }

    /// Who its messages are from where `[sms] senders` names nobody; `None`: its section says nothing of it.
    fn sender_name(&self) -> Option<&str> {
        None
    }

    /// Whether it tells what becomes of messages over the connection by which they went.
    fn tells_over_its_connection(&self) -> bool {
        false
    }

    /// What is done with messages that go to no phone, such as “printed here”, for whoever starts the server.
    fn instead_of_sending(&self) -> Option<String> {
        None
    }
}

/// What providers send with.
pub struct SenderParts {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where receipts go that come the same way as messages went; `None`: nobody wants them.
    pub sink: Option<Arc<dyn ReceiptSink>>,
    client: Option<HttpClient>,
}

impl SenderParts {
    /// Nothing is read from the system before a provider asks for it.
    pub fn new(clock: Arc<dyn Clock>, sink: Option<Arc<dyn ReceiptSink>>) -> Self {
        Self { clock, sink, client: None }
    }

    /// TLS with the certificates that the system trusts.
    ///
    /// # Errors
    /// The system has none.
    pub fn tls(&self) -> io::Result<Arc<ClientConfig>> {
        trust_the_system().map(Arc::new)
    }

    /// Joins a provider that speaks HTTP to the network, by the one client of all.
    ///
    /// # Errors
    /// The system has no certificates.
    pub fn http_sender(&mut self, provider: impl HttpProvider + 'static) -> io::Result<Arc<dyn SmsSender>> {
        let client = match &self.client {
            Some(client) => client,
            None => &*self.client.insert(HttpClient::new(HttpPatience::default())?),
        };
        Ok(Arc::new(HttpSender::new(client.clone(), Arc::new(provider))))
    }
}

/// The providers that the operator set up.
pub type Providers = BTreeMap<ProviderName, Box<dyn Provider>>;

/// What sends by each of them.
///
/// # Errors
/// The system has no certificates, and one of them needs some.
pub fn senders(
    providers: &Providers,
    parts: &mut SenderParts,
) -> io::Result<Vec<(ProviderName, Arc<dyn SmsSender>)>> {
    providers.iter().map(|(&name, provider)| Ok((name, provider.sender(parts)?))).collect()
}

/// What reads the calls of each of them that can be told from anybody's.
pub fn callback_readers(providers: &Providers) -> BTreeMap<ProviderName, Arc<dyn CallbackReader>> {
    providers.iter().filter_map(|(&name, provider)| Some((name, provider.callback_reader()?))).collect()
}
