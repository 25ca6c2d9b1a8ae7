//! The way to an SMSC: TCP within one machine or private network, TLS everywhere else.

use std::{io, str::FromStr, sync::Arc};

use hyper::Uri;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

/// An SMSC's port, as IANA has it.
const PORT: u16 = 2775;

/// The same under TLS, as IANA has it.
const TLS_PORT: u16 = 3550;

/// Where an SMSC is: `smpp://10.0.0.1:2775` or `smpps://smsc.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmppUrl {
    /// A name or an address; an IPv6 address without its brackets.
    pub host: String,
    /// 2775, or 3550 under TLS.
    pub port: u16,
    /// Whether the way is encrypted and the host proves its name.
    pub is_tls: bool,
}

/// It is no address of an SMSC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no address of an SMSC")]
pub struct NoSmppUrl;

impl FromStr for SmppUrl {
    type Err = NoSmppUrl;

    fn from_str(text: &str) -> Result<Self, NoSmppUrl> {
        let url: Uri = text.parse().map_err(|_| NoSmppUrl)?;
        let is_tls = match url.scheme_str() {
            Some("smpp") => false,
            Some("smpps") => true,
            _ => return Err(NoSmppUrl),
        };
        let host = url.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let is_more = url.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if host.is_empty() || is_more || !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err(NoSmppUrl);
        }
        let port = url.port_u16().unwrap_or(if is_tls { TLS_PORT } else { PORT });
        Ok(Self { host, port, is_tls })
    }
}

/// A connection, encrypted or not.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Connects; under TLS the host must prove the name that the configuration gives it.
///
/// # Errors
/// The network's and TLS's.
pub async fn connect(url: &SmppUrl, tls: &Arc<ClientConfig>) -> io::Result<Box<dyn Stream>> {
    let stream = TcpStream::connect((url.host.as_str(), url.port)).await?;
    stream.set_nodelay(true)?;
    if !url.is_tls {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(url.host.clone()).map_err(io::Error::other)?;
    Ok(Box::new(TlsConnector::from(tls.clone()).connect(name, stream).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_a_host_and_perhaps_a_port() {
        for (text, host, port, is_tls) in [
            ("smpp://10.0.0.1:2776", "10.0.0.1", 2776, false),
            ("smpp://localhost", "localhost", 2775, false),
            ("smpp://[::1]:1/", "::1", 1, false),
            ("smpps://smsc.example.com", "smsc.example.com", 3550, true),
        ] {
            assert_eq!(text.parse(), Ok(SmppUrl { host: host.to_owned(), port, is_tls }), "{text}");
        }
        for bad in [
            "",
            "smpp://",
            "10.0.0.1:2775",
            "http://10.0.0.1",
            "smpp://a:b@10.0.0.1",
            "smpp://10.0.0.1/x",
            "smpp://h?x",
        ] {
            assert_eq!(bad.parse::<SmppUrl>(), Err(NoSmppUrl), "{bad}");
        }
    }
}
