//! For whoever watches the server.

use axum::{extract::State, http::StatusCode};

use crate::server::{state::AppState, to_its_end::to_its_end};

/// `GET /healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: sign-ins can work, the database can be read and written.
pub async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    let sign_in = state.sign_in.clone();
    match to_its_end(async move { sign_in.is_ready().await }).await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be used; see the log\n"),
    }
}
