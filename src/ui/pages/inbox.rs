//! `GET /dev/inbox`: the last messages as a phone would show them. Development alone has this page.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use leptos::prelude::*;

use super::problem::problem_page;
use crate::{
    app::{Page, render},
    domain::one_time_code::OneTimeCode,
    server::{sms::inbox::InboxMessage, state::AppState},
    ui::components::{
        clock_time::{clock_time, machine_time},
        wording::{INBOX, INBOX_EMPTY, INBOX_LEAD, INBOX_RELOAD},
    },
};

/// What proxies and tunnels add: then the reader sits elsewhere, whatever the address of the connection.
const ADDED_ON_THE_WAY: [&str; 7] = [
    "forwarded",
    "via",
    "x-real-ip",
    "cf-connecting-ip",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];

/// Shows the messages, the newest first, to whoever sits at this machine.
pub async fn inbox_page(State(state): State<AppState>, request: Request) -> Response {
    match state.inbox.as_ref().filter(|_| is_direct(request.headers())) {
        Some(inbox) => show(&state, inbox.messages()).await,
        None => problem_page(&state, StatusCode::NOT_FOUND, None).await,
    }
}

fn is_direct(headers: &HeaderMap) -> bool {
    !ADDED_ON_THE_WAY.iter().any(|name| headers.contains_key(*name))
}

async fn show(state: &AppState, messages: Vec<InboxMessage>) -> Response {
    let sender = state.site.name.clone();
    // It does not reload by itself: that would take away what somebody is about to copy.
    render(state, Page::new(INBOX), move || {
        let bubbles: Vec<_> = messages.iter().map(|message| bubble(&sender, message)).collect();
        let is_empty = bubbles.is_empty();
        view! {
            <main>
                <h1>{INBOX}</h1>
                <p class="lead">{INBOX_LEAD}</p>
                <p><a class="button" href="/dev/inbox">{INBOX_RELOAD}</a></p>
                {is_empty.then(|| view! { <p class="quiet">{INBOX_EMPTY}</p> })}
                <ol class="inbox">{bubbles}</ol>
            </main>
        }
    })
    .await
}

fn bubble(sender: &str, message: &InboxMessage) -> impl IntoView + use<> {
    let (code, text) = parts(&message.text);
    view! {
        <li>
            <p class="hint">
                {sender.to_owned()} " to " <bdi class="number" dir="ltr">{message.to.e164().to_owned()}</bdi> ", "
                <time datetime=machine_time(message.sent_at)>{clock_time(message.sent_at)}</time>
            </p>
            <p class="bubble" dir="auto"><bdi class="copy">{code}</bdi>{text}</p>
        </li>
    }
}

/// The code that a message begins with, to be copied by one press, and the rest; no code where it begins otherwise.
fn parts(text: &str) -> (String, String) {
    let (first, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    let is_code = OneTimeCode::parse(first).is_ok();
    if is_code { (first.to_owned(), rest.to_owned()) } else { (String::new(), text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_at_the_beginning_stands_apart() {
        for (text, code, rest) in [
            ("012345 is your code.\n\n@a #012345", "012345", " is your code.\n\n@a #012345"),
            ("Your number has changed", "", "Your number has changed"),
            ("012345", "012345", ""),
            ("", "", ""),
        ] {
            assert_eq!(parts(text), (code.to_owned(), rest.to_owned()), "{text}");
        }
    }
}
