//! What both forms have in common.

use std::pin::Pin;

use leptos::{ev, prelude::*, task};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlFormElement, SubmitEvent};

use super::dom;
use crate::{
    domain::sign_in_error::SignInError,
    ui::phrases::{Failure, Phrases},
};

/// Asks the server. A plain function and a boxed future, so that the code around them is compiled once.
pub(super) type Ask = fn(&HtmlFormElement) -> Pin<Box<dyn Future<Output = Result<(), SignInError>>>>;

/// A form that posts by itself; once the browser runs this, it asks by `fetch` and shows the answer in place.
pub(super) fn enhanced_form(action: &'static str, ask: Ask, children: Children) -> impl IntoView {
    let phrases = Phrases::of_page();
    let failure = phrases.first_failure();
    let had_error = failure.is_some();
    let failure = RwSignal::new(failure);
    let busy = RwSignal::new(false);
    let heading = phrases.get("problem").to_owned();
    let (label, label_busy) = (phrases.get("submit").to_owned(), phrases.get("busy").to_owned());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(form) = event.target().and_then(|form| form.dyn_into().ok()) else { return };
        if !busy.get_untracked() {
            busy.set(true);
            task::spawn_local(send(ask(&form), phrases.clone(), failure, busy));
        }
    };
    // A page that comes back from the browser's memory must not still be waiting for its answer.
    Effect::new(move |_| window_event_listener(ev::pageshow, move |_| busy.set(false)));
    view! {
        <div
            class="problem"
            id="problem"
            tabindex="-1"
            role="alert"
            autofocus=had_error
            hidden=move || failure.with(Option::is_none)
        >
            <h2>{heading}</h2>
            <a href=move || {
                failure.with(|failure| {
                    failure.as_ref().map(|failure| failure.target.clone()).filter(|target| !target.is_empty())
                })
            }>
                {move || failure.with(|failure| {
                    failure.as_ref().map(|failure| failure.text.clone()).unwrap_or_default()
                })}
            </a>
        </div>
        <form method="post" action=action novalidate=true on:submit=submit>
            {children()}
            <button class="button" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() { label_busy.clone() } else { label.clone() }}
            </button>
        </form>
    }
}

async fn send(
    answer: impl Future<Output = Result<(), SignInError>>,
    phrases: Phrases,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
) {
    match answer.await {
        // The redirect hook has sent the browser on its way: the form stays busy until the next page is there.
        Ok(()) => {}
        // The page of a used-up attempt is another one, and the server draws it.
        Err(SignInError::GuessesExhausted) => dom::go_to("/sign-in/code"),
        // What is to be done then is more than an island has words for.
        Err(SignInError::NumberOptedOut) => dom::go_to("/sign-in"),
        Err(error) => {
            let shown = phrases.failure(&error);
            dom::mark_field(&shown.target, &shown.text);
            dom::mark_title(phrases.get("title_error"));
            failure.set(Some(shown));
            busy.set(false);
            // The summary must be visible before it can take the focus.
            task::tick().await;
            dom::focus("problem");
        }
    }
}
