//! Shapes from <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>, and a server of AWS's interface that nobody here
//! wrote: moto. What is signed is compared with AWS's own library, which comes with it.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use mobile_auth::{
    domain::sms_outcome::{Rejection, SmsOutcome},
    server::sms::{
        SmsSender as _,
        http_client::{HttpClient, HttpPatience},
        http_provider::{Credential, HttpSender},
        sns::Sns,
    },
};

use super::{
    TEXT, message_to, sender,
    stand_in::{Reply, StandIn},
};
use crate::command_line::running::free_address;

const MOTO: &str = ".tools/moto/bin/moto_server";
const PYTHON: &str = ".tools/moto/bin/python";

const SENT: &str = r#"<PublishResponse xmlns="https://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>
    <MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult><ResponseMetadata>
    <RequestId>d74b8436-ae13-5ab4-a9ff-ce54dfea72a0</RequestId></ResponseMetadata></PublishResponse>"#;

fn sns(url: String) -> Sns {
    Sns {
        url,
        region: "eu-west-1".to_owned(),
        access_key_id: "AKIDEXAMPLE".to_owned(),
        secret_access_key: Credential::new("wJalrXUtnFEMI/K7MDENG".to_owned()),
        session_token: None,
        sender_id: Some("Tea".to_owned()),
    }
}

async fn outcome(status: &'static str, body: &str) -> SmsOutcome {
    let stand_in = StandIn::start(Reply::json(status, body)).await;
    sender(sns(stand_in.url(""))).send(&message_to("+989121234567")).await
}

#[tokio::test]
async fn a_message_is_posted_as_the_api_wants_it() {
    let stand_in = StandIn::start(Reply::json("200 OK", SENT)).await;
    let with_token =
        Sns { session_token: Some(Credential::new("session-token".to_owned())), ..sns(stand_in.url("")) };
    let outcome = sender(with_token).send(&message_to("+989121234567")).await;
    assert_eq!(outcome, SmsOutcome::accepted(Some("567910cd-659e-55d4-8ccb-5aaf14679dc0")));
    let request = stand_in.only();
    assert_eq!(request.line, "POST / HTTP/1.1");
    assert_eq!(request.header("x-amz-date"), "20260101T000000Z");
    assert_eq!(request.header("x-amz-security-token"), "session-token");
    let scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/eu-west-1/sns/aws4_request, SignedHeaders=";
    assert!(request.header("authorization").starts_with(scope), "{}", request.header("authorization"));
    let fields = [
        ("Action", "Publish"),
        ("Version", "2010-03-31"),
        ("PhoneNumber", "+989121234567"),
        ("Message", TEXT),
        ("MessageAttributes.entry.1.Name", "AWS.SNS.SMS.SMSType"),
        ("MessageAttributes.entry.1.Value.DataType", "String"),
        ("MessageAttributes.entry.1.Value.StringValue", "Transactional"),
        ("MessageAttributes.entry.2.Name", "AWS.SNS.SMS.SenderID"),
        ("MessageAttributes.entry.2.Value.DataType", "String"),
        ("MessageAttributes.entry.2.Value.StringValue", "Tea"),
    ];
    assert_eq!(request.form(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn each_refusal_is_told_apart() {
    let error = |code: &str| {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
        )
    };
    let refused = outcome("400 Bad Request", &error("OptedOut")).await;
    assert_eq!(refused, SmsOutcome::Rejected(Rejection::OptedOut));
    for code in ["AuthorizationError", "SignatureDoesNotMatch", "ExpiredToken"] {
        let SmsOutcome::TryElsewhere(cause) = outcome("403 Forbidden", &error(code)).await else {
            panic!("{code}")
        };
        assert!(cause.to_string().contains(code), "{cause}");
    }
    for code in ["InvalidParameter", "Throttled", "NewCode"] {
        assert_eq!(outcome("400 Bad Request", &error(code)).await.name(), "try_elsewhere", "{code}");
    }
    let failed = outcome("500 Internal Server Error", &error("InternalError")).await;
    assert_eq!(failed.name(), "unknown", "it may have gone");
}

#[tokio::test]
async fn what_says_nothing_clear_is_unknown() {
    for body in ["", "{}", "<html>", "<MessageId>", "<Code>OptedOut</Code>"] {
        assert_eq!(outcome("200 OK", body).await.name(), "unknown", "{body}");
    }
    for reply in [Reply::Drop, Reply::Reset] {
        let stand_in = StandIn::start(reply).await;
        let outcome = sender(sns(stand_in.url(""))).send(&message_to("+989121234567")).await;
        assert_eq!(outcome.name(), "unknown", "it may have gone");
    }
}

/// Ends with the test.
struct Moto {
    process: Child,
    url: String,
}

impl Moto {
    async fn start() -> Self {
        let port = free_address().port();
        let mut command = Command::new(MOTO);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let moto = Self { process: command.spawn().unwrap(), url: format!("http://127.0.0.1:{port}") };
        for _ in 0..1000 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return moto;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("moto does not start");
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn a_server_of_awss_interface_takes_the_message() {
    assert!(Path::new(MOTO).exists(), "moto is missing: run scripts/setup --for test");
    let moto = Moto::start().await;
    // Its first answer may take longer than a provider may.
    let patience = HttpPatience { total: Duration::from_secs(20), ..HttpPatience::default() };
    let sender = HttpSender::new(HttpClient::new(patience).unwrap(), Arc::new(sns(moto.url.clone())));
    let accepted = sender.send(&message_to("+989121234567")).await;
    assert!(matches!(accepted, SmsOutcome::Accepted { id: Some(_), .. }), "{accepted:?}");
}

/// What AWS's own library for Python signs: its arguments are host, date, secret and body.
const SIGN: &str = "
import sys
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
host, date, secret, body = sys.argv[1:]
headers = {'content-type': 'application/x-www-form-urlencoded', 'x-amz-date': date}
request = AWSRequest(method='POST', url='http://' + host + '/', data=body.encode(), headers=headers)
request.context['timestamp'] = date
signer = SigV4Auth(Credentials('AKIDEXAMPLE', secret), 'sns', 'eu-west-1')
print(signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request))
";

#[tokio::test]
async fn the_signature_is_the_one_of_awss_own_library() {
    assert!(Path::new(PYTHON).exists(), "moto is missing: run scripts/setup --for test");
    let stand_in = StandIn::start(Reply::json("200 OK", SENT)).await;
    sender(sns(stand_in.url(""))).send(&message_to("+989121234567")).await;
    let request = stand_in.only();
    let signed = |secret: &str| {
        let (host, date) = (request.header("host"), request.header("x-amz-date"));
        let told =
            Command::new(PYTHON).args(["-c", SIGN, host, date, secret, &request.body]).output().unwrap();
        String::from_utf8(told.stdout).unwrap().trim().to_owned()
    };
    let (_, signature) = request.header("authorization").split_once("Signature=").unwrap();
    assert_eq!(signature, signed("wJalrXUtnFEMI/K7MDENG"));
    assert_ne!(signature, signed("another"));
}
