//! Refuses posts that another site made: server functions do not check this, and `SameSite=Lax` alone is not enough
//! (OWASP CSRF cheat sheet; Go's `CrossOriginProtection` is the model, stricter here where both headers are absent).

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::form_post::refusal;
use crate::{domain::sign_in_error::SignInError, server::state::AppState};

/// The layer around every route.
pub async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if is_safe(request.method()) || is_same_origin(request.headers(), &state.site.origin) {
        return next.run(request).await;
    }
    tracing::info!(event = "cross_site_request");
    refusal(&state, request.headers(), StatusCode::FORBIDDEN, SignInError::CrossSiteRequest).await
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_same_origin(headers: &HeaderMap, origin: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    headers.get(header::ORIGIN).is_some_and(|sent| sent == origin)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_posts_from_our_own_pages_pass() {
        let own = "https://example.com";
        let fetch_sites = [None, Some("same-origin"), Some("none"), Some("same-site"), Some("cross-site")];
        let origins = [
            None,
            Some(own),
            Some("null"),
            Some("https://evil.test"),
            Some("http://example.com"),
            Some("https://example.com.evil.test"),
        ];
        for fetch_site in fetch_sites {
            for origin in origins {
                let mut headers = HeaderMap::new();
                for (name, value) in [("sec-fetch-site", fetch_site), ("origin", origin)] {
                    if let Some(value) = value {
                        headers.insert(name, HeaderValue::from_static(value));
                    }
                }
                let expected = match fetch_site {
                    Some(site) => site == "same-origin" || site == "none",
                    None => origin == Some(own),
                };
                assert_eq!(is_same_origin(&headers, own), expected, "{fetch_site:?} {origin:?}");
            }
        }
    }
}
