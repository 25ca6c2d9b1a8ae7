//! The one way out to the providers that speak HTTP: short patience, small answers, no redirects, TLS verified.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::{Bytes, Incoming},
    header::{HeaderName, HeaderValue},
};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::ClientConfig;
use tokio::time::timeout;
use tower::{BoxError, ServiceBuilder, ServiceExt as _, util::BoxCloneSyncService};

/// How long an answer is waited for, and how much of it is read (REQUIREMENTS V-01 and V-05).
#[derive(Clone, Copy, Debug)]
pub struct HttpPatience {
    /// For the connection, TLS included: 2 s.
    pub connect: Duration,
    /// For everything, from the connection to the last byte of the answer: 5 s.
    pub total: Duration,
    /// The longest answer that is read: 64 KiB, a hundred times what providers send.
    pub body_bytes: usize,
}

impl Default for HttpPatience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(2), total: Duration::from_secs(5), body_bytes: 64 * 1024 }
    }
}

/// A request to a provider. No `Debug`, for it holds credentials, a number and a code.
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: Method,
    /// From the configuration; only parameters are added to it.
    pub url: String,
    /// Beside those that HTTP itself needs.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Empty for a `GET`.
    pub body: String,
}

/// A provider's answer: untrusted. No `Debug`, so that it is not logged by accident.
pub struct HttpAnswer {
    /// What HTTP says of it.
    pub status: StatusCode,
    /// At most [`HttpPatience::body_bytes`].
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpTrouble {
    /// Nothing of the request was sent.
    #[error(
        "the provider could not be reached (name, network, TLS certificate, or no connection in time); check the \
         address in the configuration and the network"
    )]
    NotSent,
    /// The request went out, wholly or in part, and no answer came.
    #[error("the provider took the request and broke the connection")]
    Broken,
    /// The same, and the patience is over.
    #[error("the provider did not answer in time")]
    TooSlow,
    /// An answer came that is no provider's.
    #[error("the provider's answer is longer than any provider's answer should be")]
    TooLong,
}

/// TLS with the certificates that the system trusts.
///
/// # Errors
/// The system has none.
pub fn trust_the_system() -> std::io::Result<ClientConfig> {
    Ok(ClientConfig::builder().with_native_roots()?.with_no_client_auth())
}

type Connector = BoxCloneSyncService<Uri, Connection, BoxError>;
type Connection = <hyper_rustls::HttpsConnector<HttpConnector> as tower::Service<Uri>>::Response;

/// Sends one request on a connection of its own: one that was kept may have been closed by the other side, and then
/// nobody could tell whether the message went.
#[derive(Clone)]
pub struct HttpClient {
    client: Client<Connector, Full<Bytes>>,
    patience: HttpPatience,
}

impl HttpClient {
    /// Trusts the certificates that the system trusts.
    ///
    /// # Errors
    /// The system has none.
    pub fn new(patience: HttpPatience) -> std::io::Result<Self> {
        Ok(Self::with_tls(patience, trust_the_system()?))
    }

    /// Speaks TLS as told.
    pub fn with_tls(patience: HttpPatience, tls: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        let connector = ServiceBuilder::new().timeout(patience.connect).service(https.wrap_connector(tcp));
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(BoxCloneSyncService::new(connector.map_err(BoxError::from)));
        Self { client, patience }
    }

    /// Sends the request and reads the answer. Redirects are answers like others: the address stands in the
    /// configuration, and nobody else chooses where codes go.
    ///
    /// # Errors
    /// [`HttpTrouble`] tells above all whether the request went out.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpAnswer, HttpTrouble> {
        timeout(self.patience.total, self.exchange(request)).await.unwrap_or(Err(HttpTrouble::TooSlow))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpAnswer, HttpTrouble> {
        let HttpRequest { method, url, headers, body } = request;
        let mut request = Request::new(Full::new(Bytes::from(body)));
        *request.method_mut() = method;
        *request.uri_mut() = url.parse().map_err(|_| HttpTrouble::NotSent)?;
        request.headers_mut().extend(headers);
        let answered = self.client.request(request).await;
        let response = answered
            .map_err(|error| if error.is_connect() { HttpTrouble::NotSent } else { HttpTrouble::Broken })?;
        self.read(response).await
    }

    async fn read(&self, response: Response<Incoming>) -> Result<HttpAnswer, HttpTrouble> {
        let status = response.status();
        let body = Limited::new(response.into_body(), self.patience.body_bytes).collect().await;
        let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
            Some(_) => HttpTrouble::TooLong,
            None => HttpTrouble::Broken,
        })?;
        Ok(HttpAnswer { status, body: body.to_bytes() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_two_and_five_seconds_and_64_kib() {
        let HttpPatience { connect, total, body_bytes } = HttpPatience::default();
        assert_eq!((connect.as_secs(), total.as_secs(), body_bytes), (2, 5, 65_536));
    }
}
