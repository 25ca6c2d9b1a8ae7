//! The layer around `/api/*`: the four things that server functions do not bring. A form's media type, a body that can
//! be read, honest status codes, and an error path that works without JavaScript.
//!
//! Inside, a server function always sees a `fetch`: it answers with its result or its error as JSON and never with the
//! redirect to the `Referer` that carries the error in the URL. Outside, an HTML form post gets a 303, and its error
//! rides in an encrypted, short-lived cookie.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::time::timeout;

use super::{
    cookies::{self, Cookies},
    flash::Flash,
    form_body, overload,
};
use crate::{domain::sign_in_error::SignInError, server::state::AppState, ui::pages::problem::problem_page};

/// Largest body of a form post in bytes; a phone number or a pasted SMS needs a quarter of it.
pub const BODY_MAX_BYTES: usize = 4 * 1024;

/// For the whole body, once the header is there: 5 s. With the 10 s of the header a request has 15 s to come.
pub const BODY_PATIENCE: Duration = Duration::from_secs(5);

/// The layer.
pub async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let outside = Request::from_parts(parts.clone(), Body::empty());
    let (bytes, fields) = match read(&parts.headers, body, BODY_PATIENCE).await {
        Ok(read) => read,
        Err(error) => return refusal(&state, outside.headers(), status_of(&error), error).await,
    };
    let Some(place) = state.room.enter(outside.uri().path()) else {
        return overload::busy(&state, outside.headers());
    };
    parts.extensions.insert(place);
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let inner = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    if inner.status().is_success() {
        return if wants_html(outside.headers()) { see_other(inner) } else { inner };
    }
    let error = error_of(inner).await;
    if error == SignInError::BodyUnreadable {
        return refusal(&state, outside.headers(), StatusCode::BAD_REQUEST, error).await;
    }
    if wants_html(outside.headers()) {
        return back_to_form(&state, outside.uri().path(), error, &fields);
    }
    // The island has no words for it and asks for its page again.
    let flash = if error == SignInError::NumberOptedOut { flash(&state, error, &fields) } else { None };
    let mut response = json(error);
    response.headers_mut().extend(flash.map(|flash| (header::SET_COOKIE, flash)));
    response
}

/// Refuses a post before or instead of acting on it: JSON for a `fetch`, a page for a form.
pub async fn refusal(
    state: &AppState,
    headers: &HeaderMap,
    status: StatusCode,
    error: SignInError,
) -> Response {
    if !wants_html(headers) {
        return json(error);
    }
    let wait = error.retry_after_seconds();
    let mut response = problem_page(state, status, Some(error)).await;
    response.headers_mut().extend(wait.map(|wait| (header::RETRY_AFTER, HeaderValue::from(wait))));
    response
}

/// Whether a browser is showing the answer itself.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// An error as a `fetch` gets it.
pub fn json(error: SignInError) -> Response {
    let mut response = (status_of(&error), axum::Json(error)).into_response();
    if let Some(retry_after_seconds) = error.retry_after_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_seconds));
    }
    response
}

type Fields = Vec<(String, String)>;

async fn read(headers: &HeaderMap, body: Body, patience: Duration) -> Result<(Bytes, Fields), SignInError> {
    if !is_form(headers) {
        return Err(SignInError::ContentTypeUnsupported);
    }
    // Stops reading at the limit, so that no more than that is ever held.
    let read = timeout(patience, to_bytes(body, BODY_MAX_BYTES)).await;
    let bytes = read.map_err(|_| SignInError::BodyTooSlow)?.map_err(|_| SignInError::BodyTooLarge)?;
    let fields = form_body::parse(&bytes).ok_or(SignInError::BodyUnreadable)?;
    Ok((bytes, fields))
}

fn is_form(headers: &HeaderMap) -> bool {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn status_of(error: &SignInError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn error_of(response: Response) -> SignInError {
    let Ok(bytes) = to_bytes(response.into_body(), BODY_MAX_BYTES).await else {
        return SignInError::Unavailable;
    };
    serde_json::from_slice(&bytes).unwrap_or(SignInError::Unavailable)
}

/// The success of a form post: the cookies and the place that the server function gave, as a 303.
fn see_other(inner: Response) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    for (name, value) in inner.headers() {
        if matches!(*name, header::SET_COOKIE | header::LOCATION) || name.as_str() == "clear-site-data" {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// The failure of a form post: the form's own page, which shows the error beside what was typed.
fn back_to_form(state: &AppState, path: &str, error: SignInError, fields: &[(String, String)]) -> Response {
    let page = match path {
        _ if error == SignInError::SessionMissing => "/sign-in",
        _ if error == SignInError::AccountInDoubt => "/account/in-doubt",
        "/api/claim_by_code" | "/api/claim_by_waiting" | "/api/begin_anew" => "/account/in-doubt",
        _ if error == SignInError::PhoneTaken => "/account/number",
        _ if error == SignInError::PhoneReserved => "/undo",
        "/api/resend_code" | "/api/verify_code" if error != SignInError::ChallengeMissing => "/sign-in/code",
        "/api/sign_out" => "/",
        "/api/change_number" if error != SignInError::ConfirmationNeeded => "/account/number",
        "/api/end_session"
        | "/api/end_other_sessions"
        | "/api/end_all_sessions"
        | "/api/forget_device"
        | "/api/forget_all_devices"
        | "/api/change_number"
        | "/api/confirm"
        | "/api/delete_account"
        | "/api/keep_account"
        | "/api/make_recovery_codes" => "/account",
        "/api/recover" => "/recover",
        "/api/undo_change" => "/undo",
        _ => "/sign-in",
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, page)]).into_response();
    response.headers_mut().extend(flash(state, error, fields).map(|flash| (header::SET_COOKIE, flash)));
    response
}

/// What the form's page shows once.
fn flash(state: &AppState, error: SignInError, fields: &[(String, String)]) -> Option<HeaderValue> {
    cookies::set_flash(&state.site, &Flash::error(error, fields))
}

/// Clears the flash once a page has shown it.
pub async fn clear_shown_flash(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let has_flash = Cookies::from_headers(&state.site, request.headers()).has_flash();
    let mut response = next.run(request).await;
    if has_flash
        && response.status() == StatusCode::OK
        && let Some(cleared) = cookies::clear(&state.site, "flash")
    {
        response.headers_mut().append(header::SET_COOKIE, cleared);
    }
    response
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll},
    };

    use hyper::body::Frame;

    use super::*;

    /// A body that never comes.
    struct Never;

    impl hyper::body::Body for Never {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    fn form() -> HeaderMap {
        HeaderMap::from_iter([(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        )])
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let read = read(&form(), Body::new(Never), Duration::from_millis(20)).await;
        assert_eq!(read.unwrap_err(), SignInError::BodyTooSlow);
    }
}
