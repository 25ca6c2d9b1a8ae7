//! Sheds what is too much: a request that finds no place is answered at once, instead of waiting among thousands for the
//! one writer of the database until nobody is answered in time.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use axum::{
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::form_post::{BODY_MAX_BYTES, BODY_PATIENCE, json, wants_html};
use crate::{domain::sign_in_error::SignInError, server::state::AppState};

/// Requests in progress at once: 384. A disk that takes 10 ms a commit serves the last of them within 4 s, before the
/// store's patience of 5 s ends.
const PLACES: usize = 384;

/// Of these, for requests by which somebody begins: 128. A verification waits for two commits where a beginning waits for
/// one, so those who have begun need twice the places; with fewer, sign-ins would be started and not completed.
const PLACES_TO_BEGIN: usize = 128;

/// The requests by which somebody begins.
const BEGINNINGS: [&str; 2] = ["/sign-in", "/api/request_code"];

/// When to try again, in seconds: a place is free within a moment.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// The places of one server.
#[derive(Debug)]
pub struct Room {
    all: Arc<Semaphore>,
    to_begin: Arc<Semaphore>,
    refused: AtomicU64,
    told_in_second: AtomicI64,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(PLACES)),
            to_begin: Arc::new(Semaphore::new(PLACES_TO_BEGIN)),
            refused: AtomicU64::new(0),
            told_in_second: AtomicI64::new(i64::MIN),
        }
    }
}

/// A place, taken until the last clone is dropped. An act that outlives its request keeps one: it still waits for the
/// writer.
#[derive(Clone, Debug)]
pub struct Place {
    _permits: Arc<(OwnedSemaphorePermit, Option<OwnedSemaphorePermit>)>,
}

impl Room {
    /// A place for a request to `path`; `None` when there is none.
    pub fn enter(&self, path: &str) -> Option<Place> {
        let begins = BEGINNINGS.contains(&path);
        let to_begin = if begins { Some(self.to_begin.clone().try_acquire_owned().ok()?) } else { None };
        let place = self.all.clone().try_acquire_owned().ok()?;
        Some(Place { _permits: Arc::new((place, to_begin)) })
    }

    /// Whether somebody would begin with a request to `path`, and no place is free for that.
    fn has_none_to_begin(&self, path: &str) -> bool {
        let is_full = self.to_begin.available_permits() == 0 || self.all.available_permits() == 0;
        is_full && BEGINNINGS.contains(&path)
    }

    /// Counts somebody who found no place. The first in a second tells how many there were since the line before; so the last of
    /// a crowd are told with the next one.
    fn count_refusal(&self, now: DateTime<Utc>) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        let second = now.timestamp();
        if self.told_in_second.swap(second, Ordering::Relaxed) != second {
            let refused = self.refused.swap(0, Ordering::Relaxed);
            tracing::warn!(event = "shed", refused, "more requests than there are places: told to come back");
        }
    }
}

/// The layer around nearly everything: whoever would begin, and finds no place, costs no more than the answer, neither a check nor a
/// line of the log. Of ten times as many people as can be served nine come this way.
pub async fn refuse_to_begin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !state.room.has_none_to_begin(request.uri().path()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    // Taken, as far as a form may go: a connection that is closed on the rest of a body may lose the answer.
    let _ = timeout(BODY_PATIENCE, to_bytes(body, BODY_MAX_BYTES)).await;
    busy(&state, &parts.headers)
}

/// The layer around pages and files. Form posts ask for their place themselves, after their body has come: else a few
/// hundred slow bodies would take every place.
pub async fn shed(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(_place) = state.room.enter(request.uri().path()) else {
        return busy(&state, request.headers());
    };
    next.run(request).await
}

/// The answer where there is no place.
pub fn busy(state: &AppState, headers: &HeaderMap) -> Response {
    state.room.count_refusal(state.sign_in.now());
    come_back(headers)
}

/// The request to come back in a moment: cheap to make, for it is made when everything else is dear.
pub fn come_back(headers: &HeaderMap) -> Response {
    let mut response = if wants_html(headers) {
        let text = "Sorry, too many people are here at this moment. Wait a few seconds and try again.\n";
        (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
    } else {
        json(SignInError::Unavailable)
    };
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter_until_full(room: &Room, path: &str) -> Vec<Place> {
        std::iter::from_fn(|| room.enter(path)).collect()
    }

    #[test]
    fn who_has_begun_finds_a_place_when_beginners_do_not() {
        let room = Room::default();
        let beginners = enter_until_full(&room, "/sign-in");
        assert_eq!(beginners.len(), PLACES_TO_BEGIN);
        assert!(room.enter("/api/request_code").is_none());
        let others = enter_until_full(&room, "/api/verify_code");
        assert_eq!(others.len(), PLACES - PLACES_TO_BEGIN);
        drop(others);
        assert!(room.enter("/sign-in").is_none() && room.enter("/").is_some());
        assert!(room.has_none_to_begin("/sign-in") && !room.has_none_to_begin("/"));
        drop(beginners);
        assert!(room.enter("/sign-in").is_some());
    }

    #[test]
    fn nobody_begins_where_others_have_every_place() {
        let room = Room::default();
        assert!(!room.has_none_to_begin("/api/request_code"));
        let others = enter_until_full(&room, "/api/verify_code");
        assert_eq!(others.len(), PLACES);
        assert!(room.has_none_to_begin("/api/request_code"));
    }

    #[test]
    fn a_place_is_free_when_its_last_holder_is_gone() {
        let room = Room::default();
        let mut places = enter_until_full(&room, "/");
        let held_by_the_act = places.pop().unwrap();
        let held_by_the_request = held_by_the_act.clone();
        drop(held_by_the_request);
        assert!(room.enter("/").is_none());
        drop(held_by_the_act);
        assert!(room.enter("/").is_some());
    }
}
