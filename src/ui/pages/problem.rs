//! A plain sentence and a way on, for requests that get no page of the flow.

use axum::{http::StatusCode, response::Response};
use leptos::prelude::*;

use crate::{
    app::{Page, render},
    domain::sign_in_error::SignInError,
    server::state::AppState,
    ui::components::help::Help,
};

/// Says what is wrong and where to go. `status` is the answer's; `error`, when known, is the more precise cause.
pub async fn problem_page(state: &AppState, status: StatusCode, error: Option<SignInError>) -> Response {
    let (title, sentence) = words(status, error);
    let site = state.site.clone();
    let page = Page { status, has_error: true, ..Page::new(title) };
    render(state, page, move || {
        view! {
            <main>
                <h1>{title}</h1>
                <p class="lead">{sentence}</p>
                <p><a class="button" href="/sign-in">"Go to sign-in"</a></p>
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}

// The status of a page that can only say what went wrong.
impl From<SignInError> for StatusCode {
    fn from(error: SignInError) -> Self {
        Self::from_u16(error.status()).unwrap_or(Self::INTERNAL_SERVER_ERROR)
    }
}

fn words(status: StatusCode, error: Option<SignInError>) -> (&'static str, &'static str) {
    match (status, error) {
        (_, Some(SignInError::CrossSiteRequest)) | (StatusCode::FORBIDDEN, _) => (
            "That came from another site",
            "For your safety we only take forms that were sent from our own pages. Nothing was changed.",
        ),
        (StatusCode::NOT_FOUND, _) => {
            ("Page not found", "Check the address, or start from the sign-in page.")
        }
        (StatusCode::METHOD_NOT_ALLOWED, _) => (
            "That does not work here",
            "This address takes no request of that kind. Start from the sign-in page.",
        ),
        (StatusCode::MISDIRECTED_REQUEST, _) => (
            "That is not this site's address",
            "The request was for another site than this one. Start from this site's own sign-in page.",
        ),
        (StatusCode::PAYLOAD_TOO_LARGE | StatusCode::URI_TOO_LONG, _) => {
            ("That was too much", "What was sent is larger than any form of ours. Nothing was changed.")
        }
        (StatusCode::REQUEST_TIMEOUT, _) => (
            "That took too long",
            "The form did not arrive in time. Go back and try again. Nothing was changed.",
        ),
        (StatusCode::BAD_REQUEST, None) => {
            ("That address cannot be read", "Check the address, or start from the sign-in page.")
        }
        (StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE, _) => {
            ("That form could not be read", "Go back, reload the page and try again. Nothing was changed.")
        }
        (StatusCode::TOO_MANY_REQUESTS, _) => {
            ("That was often enough for now", "Wait a minute and try again. Nothing was changed.")
        }
        (StatusCode::SERVICE_UNAVAILABLE, _) => (
            "Sign-in is not working right now",
            "Sorry. Try again in a minute. People already signed in are not affected.",
        ),
        _ => ("Something went wrong", "Sorry, that is our fault. Try again in a minute."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_status() {
        assert_eq!(StatusCode::from(SignInError::Unavailable), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(StatusCode::from(SignInError::ChallengeMissing), StatusCode::CONFLICT);
    }

    #[test]
    fn the_cause_decides_before_the_status() {
        let (title, _) = words(StatusCode::FORBIDDEN, Some(SignInError::CrossSiteRequest));
        assert_eq!(title, "That came from another site");
        assert_eq!(words(StatusCode::NOT_FOUND, None).0, "Page not found");
        assert_eq!(words(StatusCode::IM_A_TEAPOT, None).0, "Something went wrong");
    }
}
