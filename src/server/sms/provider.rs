//! Every provider there is, with what it needs to send.

use std::{collections::BTreeMap, io, path::PathBuf, sync::Arc};

use super::{
    SmsSender,
    bird::Bird,
    bird_receipts::BirdReceipts,
    callback::{CallbackReader, callback_url},
    console::ConsoleSender,
    http_client::{HttpClient, HttpPatience, trust_the_system},
    http_provider::{HttpProvider, HttpSender, percent_encoded},
    http_template::HttpTemplate,
    infobip::Infobip,
    infobip_receipts::InfobipReceipts,
    kavenegar::Kavenegar,
    kavenegar_receipts::KavenegarReceipts,
    outbox::OutboxSender,
    plivo::Plivo,
    receipts::ReceiptSink,
    smpp::{Smpp, SmppPatience, SmppSender},
    sns::Sns,
    telnyx::Telnyx,
    twilio::Twilio,
    vonage::Vonage,
    vonage_receipts::VonageReceipts,
};
use crate::{domain::sms_route::ProviderName, server::clock::Clock};

/// A provider as the operator set it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Prints to standard output.
    Console,
    /// Appends JSON lines to this file.
    Outbox(PathBuf),
    /// A request that the configuration describes.
    Http(HttpTemplate),
    /// An account at Twilio.
    Twilio(Twilio),
    /// An account at Vonage.
    Vonage(Vonage),
    /// An account at Bird.
    Bird(Bird),
    /// An account at Plivo.
    Plivo(Plivo),
    /// An account at Telnyx.
    Telnyx(Telnyx),
    /// An account at Infobip.
    Infobip(Infobip),
    /// An account at Kavenegar.
    Kavenegar(Kavenegar),
    /// A key at AWS.
    Sns(Sns),
    /// An account at an SMSC.
    Smpp(Smpp),
}

/// What sends by each of them, and hands in the receipts that come the same way. The system's certificates are read only when a
/// provider needs them.
///
/// # Errors
/// The system has no certificates.
pub fn senders(
    providers: &BTreeMap<ProviderName, Provider>,
    clock: &Arc<dyn Clock>,
    sink: Option<&Arc<dyn ReceiptSink>>,
) -> io::Result<Vec<(ProviderName, Arc<dyn SmsSender>)>> {
    let mut client = None;
    let sender = |(&name, provider): (&ProviderName, &Provider)| {
        Ok((name, provider.sender(&mut client, clock, sink)?))
    };
    providers.iter().map(sender).collect()
}

/// What reads the calls of each of them that can be told from anybody's.
pub fn callback_readers(
    providers: &BTreeMap<ProviderName, Provider>,
) -> BTreeMap<ProviderName, Arc<dyn CallbackReader>> {
    providers.iter().filter_map(|(&name, provider)| Some((name, provider.callback_reader()?))).collect()
}

impl Provider {
    /// From now on each message asks its provider to tell what becomes of it, at this site; what signs nothing, or cannot
    /// be verified, is not asked.
    pub fn ask_for_receipts(&mut self, origin: &str) {
        match self {
            Self::Twilio(twilio) => {
                twilio.status_callback = Some(callback_url(origin, ProviderName::Twilio));
            }
            Self::Plivo(plivo) => plivo.callback = Some(callback_url(origin, ProviderName::Plivo)),
            Self::Infobip(infobip) => {
                let address = callback_url(origin, ProviderName::Infobip);
                let secret = infobip.receipt_secret.as_ref();
                infobip.notify_url =
                    secret.map(|secret| format!("{address}/{}", percent_encoded(secret.reveal())));
            }
            Self::Vonage(vonage) if vonage.signature_secret.is_some() => {
                vonage.callback = Some(callback_url(origin, ProviderName::Vonage));
            }
            Self::Bird(bird) if bird.signing_key.is_some() => {
                bird.report_url = Some(callback_url(origin, ProviderName::Bird));
            }
            Self::Telnyx(telnyx) if telnyx.public_key.is_some() => {
                telnyx.webhook_url = Some(callback_url(origin, ProviderName::Telnyx));
            }
            _ => {}
        }
    }

    /// Who its messages are from where `[sms] senders` names nobody; `None`: its section says nothing of it.
    pub fn sender_name(&self) -> Option<&str> {
        match self {
            Self::Console | Self::Outbox(_) => None,
            Self::Http(template) => Some(&template.from),
            Self::Twilio(twilio) => Some(&twilio.from),
            Self::Vonage(vonage) => Some(&vonage.from),
            Self::Bird(bird) => Some(&bird.from),
            Self::Plivo(plivo) => Some(&plivo.from),
            Self::Telnyx(telnyx) => Some(&telnyx.from),
            Self::Infobip(infobip) => Some(&infobip.from),
            Self::Kavenegar(kavenegar) => Some(&kavenegar.from),
            Self::Sns(sns) => sns.sender_id.as_deref(),
            Self::Smpp(smpp) => Some(&smpp.from),
        }
    }

    fn callback_reader(&self) -> Option<Arc<dyn CallbackReader>> {
        match self {
            Self::Twilio(twilio) => Some(Arc::new(twilio.clone())),
            Self::Telnyx(telnyx) => Some(Arc::new(telnyx.public_key.clone()?)),
            Self::Plivo(plivo) => Some(Arc::new(plivo.clone())),
            Self::Vonage(vonage) => {
                Some(Arc::new(VonageReceipts { signature_secret: vonage.signature_secret.clone()? }))
            }
            Self::Bird(bird) => Some(Arc::new(BirdReceipts { signing_key: bird.signing_key.clone()? })),
            Self::Infobip(infobip) => {
                Some(Arc::new(InfobipReceipts { secret: infobip.receipt_secret.clone()? }))
            }
            Self::Kavenegar(kavenegar) => {
                Some(Arc::new(KavenegarReceipts { secret: kavenegar.receipt_secret.clone()? }))
            }
            Self::Http(template) => Some(Arc::new(template.receipts.as_deref()?.clone())),
            _ => None,
        }
    }

    fn sender(
        &self,
        client: &mut Option<HttpClient>,
        clock: &Arc<dyn Clock>,
        sink: Option<&Arc<dyn ReceiptSink>>,
    ) -> io::Result<Arc<dyn SmsSender>> {
        let provider: Arc<dyn HttpProvider> = match self {
            Self::Console => return Ok(Arc::new(ConsoleSender::default())),
            Self::Outbox(path) => return Ok(Arc::new(OutboxSender::new(path.clone(), clock.clone()))),
            Self::Smpp(smpp) => {
                let (tls, patience) = (Arc::new(trust_the_system()?), SmppPatience::default());
                return Ok(Arc::new(SmppSender::new(smpp.clone(), tls, sink.cloned(), patience)));
            }
            Self::Http(template) => Arc::new(template.clone()),
            Self::Twilio(twilio) => Arc::new(twilio.clone()),
            Self::Vonage(vonage) => Arc::new(vonage.clone()),
            Self::Bird(bird) => Arc::new(bird.clone()),
            Self::Plivo(plivo) => Arc::new(plivo.clone()),
            Self::Telnyx(telnyx) => Arc::new(telnyx.clone()),
            Self::Infobip(infobip) => Arc::new(infobip.clone()),
            Self::Kavenegar(kavenegar) => Arc::new(kavenegar.clone()),
            Self::Sns(sns) => Arc::new(sns.clone()),
        };
        let client = match client {
            Some(client) => client,
            None => client.insert(HttpClient::new(HttpPatience::default())?),
        };
        Ok(Arc::new(HttpSender::new(client.clone(), provider)))
    }
}
