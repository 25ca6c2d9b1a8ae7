use crate::{domain::sign_in_error::SignInError, server::state::AppState};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
pub async fn problem_page(
    _s: &AppState,
    _r: Request,
    status: StatusCode,
    _e: Option<SignInError>,
) -> Response {
    (status, "problem").into_response()
}
