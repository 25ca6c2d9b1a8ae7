//! For whoever watches the server.

use axum::{extract::State, http::StatusCode};

use crate::server::state::AppState;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: sign-ins can work, the database can be read and written.
pub async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.sign_in.is_ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be used; see the log\n"),
    }
}
