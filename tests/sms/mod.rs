//! Providers, against stand-ins on this machine that answer as the providers' documentation says, and that fail in every
//! way that a network allows.

mod bird;
mod by_channel;
mod fail_over;
mod hostile_answers;
mod http_faults;
mod infobip;
mod jasmin;
mod kannel;
mod kavenegar;
mod libraries;
mod opt_outs;
mod opt_outs_more;
mod plivo;
mod processes;
mod real_program;
mod receipts;
mod secrets;
mod senders;
mod smpp;
mod smpp_faults;
mod smsc;
mod sns;
pub mod stand_in;
mod telnyx;
mod twilio;
mod twilio_call;
mod two_tries;
mod vonage;
mod vonage_call;
mod webhooks;
mod webhooks_more;
mod webhooks_signed;
mod whatsapp;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use mobile_auth::{
    domain::{
        channel::Channel, one_time_code::OneTimeCode, phone_number::PhoneNumber, sms_language::SmsLanguage,
    },
    server::sms::{
        OtherWay, SmsMessage,
        http_client::{HttpClient, HttpPatience},
        http_provider::{HttpProvider, HttpSender},
    },
};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio_rustls::TlsAcceptor;

use crate::support::START;

/// As the product writes it: ASCII with line breaks, and marks that an encoding could lose.
pub const TEXT: &str =
    "012345 is your Tea & Co. code. Good for 2 minutes. Not you? Ignore it.\n\n@example.com #012345";

/// The same in Persian, as the product writes it: none of it is in GSM-7.
pub const PERSIAN_TEXT: &str = "012345 رمز ورود شما به Tea است. 2 دقیقه اعتبار دارد.\n\n@example.com #012345";

pub fn persian_message_to(phone: &str) -> SmsMessage {
    SmsMessage { text: PERSIAN_TEXT.to_owned(), ..message_to(phone) }
}

pub fn message_to(phone: &str) -> SmsMessage {
    let sent_at = DateTime::from_timestamp_millis(START).unwrap();
    SmsMessage {
        to: PhoneNumber::parse(phone, None).unwrap(),
        from: None,
        text: TEXT.to_owned(),
        good_until: sent_at + TimeDelta::seconds(120),
        good_for: TimeDelta::seconds(120),
        other_way: None,
    }
}

/// The same as a call.
pub fn call_to(phone: &str, language: SmsLanguage) -> SmsMessage {
    by(Channel::Call, phone, language)
}

/// The same by another way.
pub fn by(channel: Channel, phone: &str, language: SmsLanguage) -> SmsMessage {
    let code = OneTimeCode::parse("012345").unwrap();
    let other_way = OtherWay { channel, code, language, site_name: "Tea & Co.".to_owned() };
    SmsMessage { other_way: Some(other_way), ..message_to(phone) }
}

/// Joins a provider to the network.
pub fn sender(provider: impl HttpProvider + 'static) -> HttpSender {
    HttpSender::new(HttpClient::new(HttpPatience::default()).unwrap(), Arc::new(provider))
}

/// Somebody with a certificate for `name`, and what to trust to believe it.
pub fn tls_identity(name: &str) -> (TlsAcceptor, RootCertStore) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed([name.to_owned()]).unwrap();
    let certificate: CertificateDer = cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let server =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.clone()], key);
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    (TlsAcceptor::from(Arc::new(server.unwrap())), roots)
}
