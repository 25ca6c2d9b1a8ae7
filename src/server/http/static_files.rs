//! The browser's files: stylesheet, glue, WebAssembly, icons.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use leptos::config::LeptosOptions;
use tower_http::services::ServeDir;

use super::percent;
use crate::{server::state::AppState, ui::pages::problem::problem_page};

/// No file of ours has a longer path, in bytes; a file system that is asked for a longer name says that it failed.
const LONGEST_PATH: usize = 255;

/// A file whose name holds the hash of its content never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A file with a plain name may change with the next release.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Serves the folder `name` of the site root, in the encoding that the build compressed beforehand.
pub fn directory(options: &LeptosOptions, name: &str) -> ServeDir {
    let root = std::path::Path::new(options.site_root.as_ref()).join(name);
    ServeDir::new(root).append_index_html_on_directories(false).precompressed_br().precompressed_gzip()
}

/// Keeps from the file system what can be no file's name. It would say that it failed, and the answer would be that of a fault of
/// ours.
pub async fn refuse_what_is_no_name(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match refusal(request.uri().path()) {
        Some(status) => problem_page(&state, status, None).await,
        None => next.run(request).await,
    }
}

fn refusal(path: &str) -> Option<StatusCode> {
    match percent::decode(path) {
        None => Some(StatusCode::BAD_REQUEST),
        Some(path) if path.contains(char::is_control) => Some(StatusCode::BAD_REQUEST),
        Some(path) => (path.len() > LONGEST_PATH).then_some(StatusCode::NOT_FOUND),
    }
}

/// Lets hashed files be kept for ever.
pub async fn keep_for_ever(request: Request, next: Next) -> Response {
    keep(next.run(request).await, FOR_EVER)
}

/// Lets files with plain names be kept for a while.
pub async fn keep_for_an_hour(request: Request, next: Next) -> Response {
    keep(next.run(request).await, FOR_AN_HOUR)
}

/// A stylesheet made from the configuration: it changes with a restart.
pub fn stylesheet(css: String) -> Response {
    keep(([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response(), FOR_AN_HOUR)
}

fn keep(mut response: Response, how_long: HeaderValue) -> Response {
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT) {
        response.headers_mut().insert(header::CACHE_CONTROL, how_long);
        // A cache on the way must not hand brotli to whoever cannot read it.
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_no_files_name_is_refused() {
        for path in ["/%00", "/a%00b", "/%ff", "/%c3%28", "/%", "/%zz", "/%0d%0a", "/%7f"] {
            assert_eq!(refusal(path), Some(StatusCode::BAD_REQUEST), "{path}");
        }
        for path in ["/".to_owned() + &"a".repeat(255), "/a".repeat(200)] {
            assert_eq!(refusal(&path), Some(StatusCode::NOT_FOUND), "{path}");
        }
        for path in ["/", "/icon.svg", "/pkg/mobile-auth.0123456789abcdef.js", "/%D9%86", "/../x"] {
            assert_eq!(refusal(path), None, "{path}");
        }
    }
}
