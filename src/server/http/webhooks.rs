//! `/webhooks/sms/{provider}`: providers tell what became of messages, and what people text to our senders. No browser comes here, so that the check of where a post
//! comes from does not hold: a signature, or a secret in the path, does.

use std::sync::atomic::Ordering;

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, Request, State},
    http::{Method, StatusCode, Uri},
    routing::get,
};
use subtle::ConstantTimeEq as _;
use tokio::time::timeout;
use tracing::{info, warn};

use super::{form_body, form_post::BODY_PATIENCE};
use crate::{
    domain::{receipt::Receipt, sms_route::ProviderName},
    server::{
        sms::{
            callback::{CALLBACK_PATH, Callback, CallbackFault, Told},
            http_provider::Credential,
        },
        state::AppState,
    },
};

/// Both addresses, with and without a secret at their end.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route(&format!("{CALLBACK_PATH}{{provider}}"), get(signed).post(signed))
        .route(&format!("{CALLBACK_PATH}{{provider}}/{{secret}}"), get(secret).post(secret))
}

async fn signed(State(state): State<AppState>, Path(provider): Path<String>, request: Request) -> StatusCode {
    take(&state, &provider, "", request).await
}

async fn secret(
    State(state): State<AppState>,
    Path((provider, secret)): Path<(String, String)>,
    request: Request,
) -> StatusCode {
    take(&state, &provider, &secret, request).await
}

/// The answer is never a 5xx but where there is no place or no database: a provider would call again and again, and learn nothing
/// by it.
async fn take(state: &AppState, provider: &str, secret: &str, request: Request) -> StatusCode {
    let Some((name, reader)) = state.callbacks.find(provider) else { return StatusCode::NOT_FOUND };
    let shown = |expected: &Credential| bool::from(expected.reveal().as_bytes().ct_eq(secret.as_bytes()));
    if !reader.secret().is_none_or(shown) {
        return not_theirs(state, name);
    }
    let (head, body) = request.into_parts();
    let body = match read(body, reader.body_max_bytes()).await {
        Ok(body) => body,
        Err(status) => return status,
    };
    // After the body, or slow ones would take every place.
    let Some(_place) = state.room.enter(CALLBACK_PATH) else { return StatusCode::SERVICE_UNAVAILABLE };
    let path = head.uri.path_and_query().map_or(CALLBACK_PATH, |path| path.as_str());
    let call = Callback {
        url: format!("{}{path}", state.site.origin),
        headers: &head.headers,
        fields: fields(&head.method, &head.uri, &body),
        body: &body,
        at: state.sign_in.now(),
    };
    match reader.read(&call) {
        Ok(news) => keep(state, name, news).await,
        Err(CallbackFault::NotTheirs) => not_theirs(state, name),
        Err(CallbackFault::Unreadable) => {
            info!(event = "receipt_unreadable", provider = name.name());
            StatusCode::BAD_REQUEST
        }
    }
}

/// A person's word must not be lost: it is kept before the answer, and the provider calls again if it is not.
async fn keep(state: &AppState, name: ProviderName, news: Vec<Told>) -> StatusCode {
    for told in news {
        match told {
            Told::Receipt(id, news) => {
                state.callbacks.sink.receive(Receipt { provider: name, id, state: news });
            }
            Told::Word(word) => {
                if state.callbacks.sink.hear(name, word).await.is_err() {
                    return StatusCode::SERVICE_UNAVAILABLE;
                }
            }
        }
    }
    StatusCode::NO_CONTENT
}

/// Told at 1, 2, 4, 8, …: strangers must not be able to fill the log.
fn not_theirs(state: &AppState, name: ProviderName) -> StatusCode {
    let refused = state.callbacks.refused.fetch_add(1, Ordering::Relaxed) + 1;
    if refused.is_power_of_two() {
        let remedy = "if it is the provider's, compare its credential and [site] url";
        warn!(event = "receipt_not_theirs", provider = name.name(), refused, remedy);
    }
    StatusCode::FORBIDDEN
}

async fn read(body: Body, most: usize) -> Result<Bytes, StatusCode> {
    let read = timeout(BODY_PATIENCE, to_bytes(body, most)).await;
    read.map_err(|_| StatusCode::REQUEST_TIMEOUT)?.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)
}

/// A form's fields, or the query's of a `GET`; none where it is neither.
fn fields(method: &Method, uri: &Uri, body: &[u8]) -> Vec<(String, String)> {
    let form = if *method == Method::GET { uri.query().unwrap_or_default().as_bytes() } else { body };
    form_body::parse(form).unwrap_or_default()
}
