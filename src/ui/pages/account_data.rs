//! `GET /account/data.json`: what is kept of a user, for the user to take away.

use axum::{
    Json,
    extract::{Request, State},
    http::header::CONTENT_DISPOSITION,
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::{
    domain::sign_in_error::SignInError,
    server::{
        account::{Account, Place},
        http::{form_post::refusal, visitor::visitor},
        state::AppState,
    },
};

/// The data as an attachment. Whoever is not signed in goes to the phone page.
pub async fn account_data(State(state): State<AppState>, request: Request) -> Response {
    let visitor = visitor(&state.site, request.headers(), request.extensions());
    match state.sign_in.download_account(&visitor).await {
        Err(SignInError::AccountInDoubt) => Redirect::to("/account/in-doubt").into_response(),
        Err(SignInError::SessionMissing) => Redirect::to("/sign-in").into_response(),
        Err(error) => refusal(&state, request.headers(), error.into(), error).await,
        Ok(account) => {
            let name = "attachment; filename=\"account.json\"";
            ([(CONTENT_DISPOSITION, name)], Json(data(&account))).into_response()
        }
    }
}

fn data(account: &Account) -> Value {
    let events = account.events.iter().map(|event| {
        json!({
            "at": time(event.at),
            "kind": event.kind.name(),
            "detail": event.detail,
            "network": event.network,
            "browser": event.browser,
        })
    });
    json!({
        "number": account.session.phone.e164(),
        "sessions": account.sessions.iter().map(place).collect::<Vec<_>>(),
        "devices": account.devices.iter().map(place).collect::<Vec<_>>(),
        "events": events.collect::<Vec<_>>(),
        "recovery_codes_left": account.recovery_codes,
        "deleted_at": account.session.deletes_at.map(time),
        "texts_stopped_at": account.texts_stopped_at.map(time),
    })
}

fn place(place: &Place) -> Value {
    json!({
        "browser": place.browser,
        "network": place.network,
        "since": time(place.since),
        "last_seen": time(place.last_seen),
        "is_present": place.is_present,
    })
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
