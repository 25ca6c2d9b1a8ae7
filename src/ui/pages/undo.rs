//! `GET /undo`: for whoever learnt by a message that an account has left their number.

use axum::{
    extract::{Request, State},
    response::Response,
};
use leptos::prelude::*;

use super::phone::PhoneFields;
use crate::{
    app::{Page, render},
    server::{http::cookies::Cookies, state::AppState},
    ui::{
        components::{
            country_field::CountryField,
            help::Help,
            plain_form::{problem, text_field},
            wording::of_undo_page,
        },
        phrases::Failure,
    },
};

/// Asks for the number and the code that was sent to it.
pub async fn undo_page(State(state): State<AppState>, request: Request) -> Response {
    let flash = Cookies::from_headers(&state.site, request.headers()).flash();
    let site = state.site_in_force().await;
    let fields = PhoneFields::new(&site, &request, flash.as_ref(), None);
    let error = flash.and_then(|flash| flash.error);
    let failure = error.map(|error| of_undo_page(&site, state.sign_in.now()).failure(&error).not_to("/undo"));
    let page = Page { has_error: failure.is_some(), ..Page::new("Undo a change of number") };
    render(&state, page, move || {
        let error_at = |target: &str| Failure::text_at(failure.as_ref(), target);
        let (served, chosen) = (site.served_regions().clone(), fields.region);
        view! {
            <main>
                {failure.clone().map(problem)}
                <h1>"Undo a change of number"</h1>
                <p class="lead">
                    "If an account has left your number and it was not you, take the account back with the code that we \
                    sent to that number. Everybody is signed out of it, and its recovery codes work no more."
                </p>
                <form method="post" action="/api/undo_change" novalidate>
                    <CountryField served chosen error=error_at("#region")/>
                    {text_field("phone", "Mobile number that got the message", "tel", fields.phone.clone(), error_at("#phone"))}
                    {text_field("code", "Undo code", "off", String::new(), error_at("#code"))}
                    <button class="button">"Undo the change"</button>
                </form>
                <p class="quiet"><a href="/sign-in">"Back"</a></p>
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}
