//! `GET /sign-in/code/events`: what becomes of the message, told while the page of the code is open, as server-sent events
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>). It ends with the newest code's life, ten minutes at most, or
//! when the code is used; a browser that then asks again gets a 204, which tells it to stop.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header::CACHE_CONTROL},
    response::{
        IntoResponse as _, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::stream::unfold;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::sleep,
};

use super::{
    cookies::Cookies,
    event_streams::OpenStream,
    overload::{busy, come_back},
};
use crate::{
    domain::{
        challenge::{ChallengeDigest, ChallengeSecret},
        receipt::DeliveryState,
    },
    server::{sign_in_state::MessageStatus, state::AppState},
    ui::components::wording::of_message,
};

/// Where it is.
pub const EVENTS_PATH: &str = "/sign-in/code/events";

/// A comment is sent so often: 15 s, for proxies close what is silent for a minute (nginx's `proxy_read_timeout`), and a
/// browser that is gone is noticed by it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Against what keeps or holds back an answer on its way: nginx gathers answers unless it is told not to
/// (<https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering>).
const HEADERS: [(HeaderName, &str); 2] =
    [(CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];

/// What a browser that was cut off heard last.
const LAST_EVENT_ID: &str = "last-event-id";

/// Tells whoever holds the attempt's cookie; there is nothing to tell anybody else.
pub async fn message_events(State(state): State<AppState>, request: Request) -> Response {
    let headers = request.headers();
    let secret = Cookies::from_headers(&state.site, headers).challenge();
    let Some(challenge) = secret.as_ref().map(ChallengeSecret::digest) else {
        return StatusCode::NO_CONTENT.into_response();
    };
    // The place is for the first look alone: an open answer does nothing until something changes.
    let Some(place) = state.room.enter(EVENTS_PATH) else { return busy(&state, headers) };
    // Too many of one attempt are no overload.
    let Some(open) = state.streams.open(challenge) else { return come_back(headers) };
    // Listens before it looks, so that nothing falls between.
    let changes = state.sign_in.changes();
    let status = match state.sign_in.message_status(&challenge).await {
        Ok(Some(status)) => status,
        Ok(None) => return StatusCode::NO_CONTENT.into_response(),
        Err(_) => return come_back(headers),
    };
    drop(place);
    let telling = Telling { told: heard(headers), status: Some(status), state: state.clone(), open, changes };
    let events = unfold(telling, |mut telling| async {
        let event = telling.next().await?;
        Some((Ok::<_, Infallible>(event), telling))
    });
    (HEADERS, Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))).into_response()
}

fn heard(headers: &HeaderMap) -> Option<DeliveryState> {
    DeliveryState::parse(headers.get(LAST_EVENT_ID)?.to_str().ok()?)
}

/// One open answer.
struct Telling {
    state: AppState,
    open: OpenStream,
    changes: Receiver<ChallengeDigest>,
    /// What the page was told last.
    told: Option<DeliveryState>,
    /// What was seen and not told yet.
    status: Option<MessageStatus>,
}

impl Telling {
    /// The next thing to tell; `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let status = match self.status.take() {
                Some(status) => status,
                None => self.state.sign_in.message_status(&self.open.challenge()).await.ok()??,
            };
            if let Some(news) = status.state.filter(|state| Some(*state) != self.told) {
                self.told = Some(news);
                return Some(Event::default().id(news.name()).data(of_message(news)));
            }
            self.wait(status.good_for.to_std().ok()?).await?;
        }
    }

    /// Waits for a change of this attempt; `None` when the code has run out meanwhile, or the server stops.
    async fn wait(&mut self, good_for: Duration) -> Option<()> {
        let over = sleep(good_for);
        tokio::pin!(over);
        loop {
            let change = tokio::select! {
                () = &mut over => return None,
                () = self.open.stopped() => return None,
                change = self.changes.recv() => change,
            };
            match change {
                Ok(changed) if changed != self.open.challenge() => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
