//! Sheds what is too much: a request that finds no place is answered at once, instead of waiting among thousands for the
//! one writer of the database until nobody is answered in time.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::form_post::{json, wants_html};
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
#[derive(Clone, Debug)]
pub struct Room {
    all: Arc<Semaphore>,
    to_begin: Arc<Semaphore>,
}

impl Default for Room {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(PLACES)), to_begin: Arc::new(Semaphore::new(PLACES_TO_BEGIN)) }
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
}

/// The layer around pages and files. Form posts ask for their place themselves, after their body has come: else a few
/// hundred slow bodies would take every place.
pub async fn shed(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(_place) = state.room.enter(request.uri().path()) else {
        return busy(request.headers());
    };
    next.run(request).await
}

/// The answer where there is no place: cheap to make, for it is made when everything else is dear.
pub fn busy(headers: &HeaderMap) -> Response {
    tracing::debug!(event = "shed");
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
        drop(beginners);
        assert!(room.enter("/sign-in").is_some());
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
