//! `GET /account/in-doubt`: is this account yours?

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::problem::problem_page;
use crate::{
    app::{Page, render},
    domain::{session::Session, sign_in_error::SignInError},
    server::{
        http::{cookies::Cookies, visitor::visitor},
        state::AppState,
    },
    ui::{
        components::{
            clock_time::{date_and_time, machine_time},
            help::Help,
            masked_number::MaskedNumber,
            plain_form::{nonce_field, problem, text_field},
            wording::of_in_doubt_page,
        },
        phrases::Failure,
    },
};

/// Asks whose the account is, and shows nothing of it. Whoever is not signed in goes to the phone page, and whoever is without any
/// doubt to their account.
pub async fn in_doubt_page(State(state): State<AppState>, request: Request) -> Response {
    let visitor = visitor(&state.site, request.headers(), request.extensions());
    let flash = Cookies::from_headers(&state.site, request.headers()).flash();
    match state.sign_in.session(visitor.session.as_ref()).await {
        Err(error) => problem_page(&state, error.into(), Some(error)).await,
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Ok(Some(session)) if state.sign_in.is_in_doubt(&session) => {
            show(&state, session, flash.and_then(|flash| flash.error)).await
        }
        Ok(Some(_)) => Redirect::to("/account").into_response(),
    }
}

async fn show(state: &AppState, session: Session, error: Option<SignInError>) -> Response {
    let (site, now) = (state.site.clone(), state.sign_in.now());
    // Whoever was led here need not be told why twice.
    let error = error.filter(|error| *error != SignInError::AccountInDoubt);
    let failure = error.map(|error| of_in_doubt_page(&site, now).failure(&error));
    let page = Page { has_error: failure.is_some(), ..Page::new("Is this account yours?") };
    let is_fresh = session.is_fresh(now, &site.policy.session);
    let opens_at = session.doubt.and_then(|doubt| doubt.opens_at(&site.policy.session));
    render(state, page, move || {
        view! {
            <main>
                {failure.clone().map(problem)}
                <h1>"Is this account yours?"</h1>
                <p class="lead">
                    "This number has not been used here for a long time. Numbers are given to new people, so what is in the \
                    account stays hidden until it is clear whose it is."
                </p>
                <MaskedNumber phone=session.phone.clone()/>
                {mine(opens_at, Failure::text_at(failure.as_ref(), "#code"))}
                {new_to_me(is_fresh)}
                <form method="post" action="/api/sign_out">
                    <button class="button secondary">"Sign out"</button>
                </form>
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}

fn mine(opens_at: Option<DateTime<Utc>>, error: String) -> impl IntoView {
    view! {
        <section>
            <h2>"It is mine"</h2>
            <p class="hint">
                "Give one of the recovery codes that you printed or wrote down, or sign in with a browser in which you signed \
                in before."
            </p>
            <form method="post" action="/api/claim_by_code" novalidate>
                {text_field("code", "Recovery code", "off", String::new(), error)}
                <button class="button">"Open my account"</button>
            </form>
            {match opens_at {
                Some(at) => view! {
                    <p>
                        "Without either, the account opens on "
                        <time datetime=machine_time(at)>{date_and_time(at)}</time> ". Come back then and sign in."
                    </p>
                }
                .into_any(),
                None => view! {
                    <p class="hint">"Without either, the account opens after a week."</p>
                    <form method="post" action="/api/claim_by_waiting">
                        <button class="button secondary">"I have neither: begin the week"</button>
                    </form>
                }
                .into_any(),
            }}
        </section>
    }
}

/// Leaving the account wants a fresh code.
fn new_to_me(is_fresh: bool) -> impl IntoView {
    let (action, label) = if is_fresh {
        ("/api/begin_anew", "Begin with an empty account")
    } else {
        ("/api/confirm", "Send me a code first")
    };
    view! {
        <section>
            <h2>"The number is new to me"</h2>
            <p class="hint">
                "You get an account of your own, with nothing in it. The former one is deleted after seven days."
            </p>
            <form method="post" action=action>
                {(!is_fresh).then(nonce_field)}
                <button class="button secondary">{label}</button>
            </form>
        </section>
    }
}
