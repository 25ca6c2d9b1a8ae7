//! A provider may fail in any way, and must neither hold us up, nor lead us elsewhere, nor bring a second message.

use std::time::Duration;

use hyper::{Method, StatusCode, header::CONTENT_TYPE};
use mobile_auth::server::sms::http_client::{HttpAnswer, HttpClient, HttpPatience, HttpRequest, HttpTrouble};
use rustls::ClientConfig;
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use super::{
    stand_in::{Reply, StandIn},
    tls_identity,
};

/// Short, so that the tests need not wait; what the product waits is asserted where it is written.
const PATIENCE: HttpPatience = HttpPatience {
    connect: Duration::from_millis(500),
    total: Duration::from_secs(1),
    body_bytes: 64 * 1024,
};

fn post(url: &str) -> HttpRequest {
    let headers = vec![(CONTENT_TYPE, "text/plain".parse().unwrap())];
    HttpRequest { method: Method::POST, url: url.to_owned(), headers, body: "hello".to_owned() }
}

async fn answer_to(reply: Reply) -> (Result<HttpAnswer, HttpTrouble>, StandIn) {
    let stand_in = StandIn::start(reply).await;
    let client = HttpClient::new(PATIENCE).unwrap();
    (client.send(post(&stand_in.url("/send?a=b"))).await, stand_in)
}

fn trouble(answer: Result<HttpAnswer, HttpTrouble>) -> HttpTrouble {
    answer.err().unwrap()
}

#[tokio::test]
async fn a_request_arrives_as_it_was_built_and_its_answer_is_read() {
    let (answer, stand_in) = answer_to(Reply::json("201 Created", "{\"id\":1}")).await;
    let answer = answer.ok().unwrap();
    assert_eq!((answer.status, &answer.body[..]), (StatusCode::CREATED, b"{\"id\":1}".as_slice()));
    let received = stand_in.only();
    assert_eq!(received.line, "POST /send?a=b HTTP/1.1");
    assert_eq!((received.header("content-type"), received.body.as_str()), ("text/plain", "hello"));
}

#[tokio::test]
async fn after_the_request_went_out_every_fault_leaves_it_open_whether_it_worked() {
    for (reply, expected) in [
        (Reply::Hang, HttpTrouble::TooSlow),
        (Reply::HangInTheMiddle, HttpTrouble::TooSlow),
        (Reply::Drop, HttpTrouble::Broken),
        (Reply::Reset, HttpTrouble::Broken),
    ] {
        let (answer, stand_in) = answer_to(reply.clone()).await;
        assert_eq!(trouble(answer), expected, "{reply:?}");
        stand_in.only();
    }
}

#[tokio::test]
async fn an_endless_answer_is_not_read() {
    let (answer, stand_in) = answer_to(Reply::Endless).await;
    assert_eq!(trouble(answer), HttpTrouble::TooLong);
    // What the system's own buffers take on both sides is a few MiB.
    assert!(stand_in.sent_bytes() < 64 << 20, "{} bytes went out", stand_in.sent_bytes());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = StandIn::start(Reply::json("200 OK", "secret")).await;
    for status in ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect"] {
        let headers = Box::leak(
            format!("location: {}\r\n", elsewhere.url("/latest/meta-data/iam/security-credentials/"))
                .into_boxed_str(),
        );
        let (answer, _) = answer_to(Reply::Answer { status, headers, body: String::new() }).await;
        assert!(answer.ok().unwrap().status.is_redirection());
    }
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn nobody_there_is_told_as_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = HttpClient::new(PATIENCE).unwrap();
    for url in
        [format!("http://{address}/"), format!("https://{address}/"), "http://no-such.invalid/".to_owned()]
    {
        assert_eq!(trouble(client.send(post(&url)).await), HttpTrouble::NotSent, "{url}");
    }
}

#[tokio::test]
async fn a_handshake_that_hangs_is_told_as_not_sent() {
    // The system accepts connections for a listener that never looks at them.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let client = HttpClient::new(PATIENCE).unwrap();
    assert_eq!(trouble(client.send(post(&url)).await), HttpTrouble::NotSent);
}

/// A provider with a certificate for `name`, and a client that trusts whoever signed it.
async fn tls_provider(name: &str) -> (std::net::SocketAddr, HttpClient) {
    let (acceptor, roots) = tls_identity(name);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let Ok(mut connection) = acceptor.accept(connection).await else { continue };
            let _ = connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            let _ = connection.shutdown().await;
        }
    });
    let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    (address, HttpClient::with_tls(PATIENCE, tls))
}

#[tokio::test]
async fn a_certificate_for_the_name_is_believed() {
    let (address, client) = tls_provider("localhost").await;
    let answer = client.send(post(&format!("https://localhost:{}/", address.port()))).await;
    assert_eq!(answer.ok().unwrap().status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_certificate_for_another_name_gets_no_message() {
    let (address, client) = tls_provider("other.example").await;
    let answer = client.send(post(&format!("https://localhost:{}/", address.port()))).await;
    assert_eq!(trouble(answer), HttpTrouble::NotSent);
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_gets_no_message() {
    let (address, _) = tls_provider("localhost").await;
    let client = HttpClient::new(PATIENCE).unwrap();
    let answer = client.send(post(&format!("https://localhost:{}/", address.port()))).await;
    assert_eq!(trouble(answer), HttpTrouble::NotSent);
}
