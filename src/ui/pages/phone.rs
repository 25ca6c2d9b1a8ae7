use crate::server::state::AppState;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
pub async fn phone_page(State(_s): State<AppState>, _r: Request) -> Response {
    "phone".into_response()
}
