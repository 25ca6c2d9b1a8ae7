//! What those send who say that they are a provider: signed by nobody, and signed as the provider signs.

use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::DateTime;
use mobile_auth::server::{
    http::form_body,
    sms::{
        bird_receipts::BirdReceipts,
        callback::{Callback, CallbackFault, CallbackReader},
        http_provider::Credential,
        http_receipts::{HttpInbound, HttpReceipts},
        infobip_receipts::InfobipReceipts,
        kavenegar_receipts::KavenegarReceipts,
        plivo::Plivo,
        telnyx_receipts::TelnyxKey,
        twilio::Twilio,
        vonage_receipts::VonageReceipts,
    },
};
use ring::{
    digest::{SHA256, digest},
    hmac,
    signature::{Ed25519KeyPair, KeyPair as _},
};

const SECRET: &str = "word";
const ADDRESS: &str = "https://example.com/webhooks/sms/provider";
/// 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600;

/// Puts into a call what its provider proves itself by.
type Sign = fn(&mut Callback<'_>, &mut HeaderMap);

/// Who reads, and how the provider signs; `None`: it has a secret in its path, which is looked at before.
type Known = (Box<dyn CallbackReader>, Option<Sign>);

static TELNYX: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap());

static READERS: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let (word, secret) = (|| SECRET.to_owned(), || Credential::new(SECRET.to_owned()));
    let twilio = Twilio {
        url: word(),
        account_sid: word(),
        auth_token: secret(),
        from: word(),
        status_callback: None,
    };
    let plivo = Plivo { url: word(), auth_id: word(), auth_token: secret(), from: word(), callback: None };
    let inbound =
        HttpInbound { id: "/text/id".to_owned(), from: "from".to_owned(), text: "/text/body".to_owned() };
    let http = HttpReceipts {
        secret: secret(),
        id: "/message/id".to_owned(),
        state: "state".to_owned(),
        delivered: vec!["DELIVRD".to_owned()],
        failed: vec!["UNDELIV".to_owned()],
        inbound: Some(inbound),
    };
    let telnyx = TelnyxKey::parse(&STANDARD.encode(TELNYX.public_key())).unwrap();
    vec![
        (Box::new(twilio), Some(sign_as_twilio)),
        (Box::new(plivo), Some(sign_as_plivo)),
        (Box::new(telnyx), Some(sign_as_telnyx)),
        (Box::new(VonageReceipts { signature_secret: secret() }), Some(sign_as_vonage)),
        (Box::new(BirdReceipts { signing_key: secret() }), Some(sign_as_bird)),
        (Box::new(InfobipReceipts { secret: secret() }), None),
        (Box::new(KavenegarReceipts { secret: secret() }), None),
        (Box::new(http), None),
    ]
});

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
}

fn mac(algorithm: hmac::Algorithm, text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(algorithm, SECRET.as_bytes()), text.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn sign_as_twilio(call: &mut Callback<'_>, headers: &mut HeaderMap) {
    let mut fields = call.fields.clone();
    fields.sort();
    let text = fields.iter().fold(call.url.clone(), |text, (name, value)| text + name + value);
    let signature = mac(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &text);
    put(headers, "x-twilio-signature", &STANDARD.encode(signature));
}

fn sign_as_plivo(call: &mut Callback<'_>, headers: &mut HeaderMap) {
    let address = call.url.split('?').next().unwrap_or_default();
    let signature = mac(hmac::HMAC_SHA256, &format!("{address}1"));
    put(headers, "x-plivo-signature-v2-nonce", "1");
    put(headers, "x-plivo-signature-v2", &STANDARD.encode(signature));
}

fn sign_as_telnyx(call: &mut Callback<'_>, headers: &mut HeaderMap) {
    let signature = TELNYX.sign(&[format!("{NOW}|").as_bytes(), call.body].concat());
    put(headers, "telnyx-timestamp", &NOW.to_string());
    put(headers, "telnyx-signature-ed25519", &STANDARD.encode(signature));
}

/// Its fields alone, and no JSON: what is in a form is read the same way.
fn sign_as_vonage(call: &mut Callback<'_>, _: &mut HeaderMap) {
    call.body = b"";
    call.fields.retain(|(name, _)| name != "sig");
    let mut fields = call.fields.clone();
    fields.sort();
    let write = |(name, value): &(String, String)| format!("&{name}={}", value.replace(['&', '='], "_"));
    let signature = mac(hmac::HMAC_SHA256, &fields.iter().map(write).collect::<String>());
    call.fields.push(("sig".to_owned(), hex(signature.as_ref())));
}

fn sign_as_bird(call: &mut Callback<'_>, headers: &mut HeaderMap) {
    let hash = |bytes: &[u8]| hex(digest(&SHA256, bytes).as_ref());
    let claims = format!(
        "{{\"iss\":\"MessageBird\",\"exp\":{},\"url_hash\":\"{}\",\"payload_hash\":\"{}\"}}",
        NOW + 60,
        hash(call.url.as_bytes()),
        hash(call.body)
    );
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode("{\"alg\":\"HS256\"}"), encode(&claims));
    let signature = mac(hmac::HMAC_SHA256, &signed);
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    put(headers, "messagebird-signature-jwt", &token);
}

/// A byte that says whose call it is and whether it is signed, a line with the query, lines of headers, an empty line, and the
/// body. What is signed is theirs, and what is not is nobody's.
pub fn webhooks(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let (reader, sign) = &READERS[usize::from(first & 0x7f) % READERS.len()];
    let mut parts = rest.splitn(2, |&byte| byte == b'\n');
    let query = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (mut headers, body) = head_and_body(parts.next().unwrap_or_default());
    let form = if body.is_empty() { query.as_bytes() } else { body };
    let mut call = Callback {
        url: format!("{ADDRESS}?{query}"),
        headers: &HeaderMap::new(),
        fields: form_body::parse(form).unwrap_or_default(),
        body,
        at: DateTime::from_timestamp(NOW, 0).unwrap(),
    };
    let is_signed = first & 0x80 != 0;
    if let Some(sign) = sign.filter(|_| is_signed) {
        sign(&mut call, &mut headers);
    }
    let told = reader.read(&Callback { headers: &headers, ..call });
    if sign.is_some() {
        let is_refused = told == Err(CallbackFault::NotTheirs);
        assert_ne!(is_refused, is_signed, "{told:?}");
    }
}

fn head_and_body(bytes: &[u8]) -> (HeaderMap, &[u8]) {
    let end = bytes.windows(2).position(|two| two == b"\n\n");
    let (head, body) = end.map_or((&bytes[..0], bytes), |end| (&bytes[..end], &bytes[end + 2..]));
    let line = |line: &[u8]| {
        let colon = line.iter().position(|&byte| byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        Some((name, HeaderValue::from_bytes(&line[colon + 1..]).ok()?))
    };
    (head.split(|&byte| byte == b'\n').filter_map(line).collect(), body)
}
