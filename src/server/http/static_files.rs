//! The browser's files: stylesheet, glue, WebAssembly, icons.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use leptos::config::LeptosOptions;
use tower_http::services::ServeDir;

/// A file whose name holds the hash of its content never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A file with a plain name may change with the next release.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Serves the folder `name` of the site root, in the encoding that the build compressed beforehand.
pub fn directory(options: &LeptosOptions, name: &str) -> ServeDir {
    let root = std::path::Path::new(options.site_root.as_ref()).join(name);
    ServeDir::new(root).append_index_html_on_directories(false).precompressed_br().precompressed_gzip()
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
