//! `GET /recover`: the way back in without the phone.

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use leptos::prelude::*;

use super::{phone::PhoneFields, problem::problem_page};
use crate::{
    app::{Page, render},
    server::{
        http::{cookies::Cookies, flash::Flash, visitor::visitor},
        state::AppState,
    },
    ui::{
        components::{country_field::CountryField, help::Help, wording::of_recover_page},
        phrases::Failure,
    },
};

/// Asks for the number and a recovery code. Whoever is signed in goes home.
pub async fn recover_page(State(state): State<AppState>, request: Request) -> Response {
    let visitor = visitor(&state.site, request.headers(), request.extensions());
    let flash = Cookies::from_headers(&state.site, request.headers()).flash();
    match state.sign_in.session(visitor.session.as_ref()).await {
        Err(error) => problem_page(&state, error.into(), Some(error)).await,
        Ok(Some(_)) => Redirect::to("/").into_response(),
        Ok(None) => {
            let fields = PhoneFields::new(&state.site, &request, flash.as_ref(), None);
            show(&state, fields, flash).await
        }
    }
}

async fn show(state: &AppState, fields: PhoneFields, flash: Option<Flash>) -> Response {
    let error = flash.and_then(|flash| flash.error);
    let failure = error.map(|error| of_recover_page(&state.site, state.sign_in.now()).failure(&error));
    let page = Page { has_error: failure.is_some(), ..Page::new("Sign in without your phone") };
    let site = state.site.clone();
    render(state, page, move || {
        let error_at = |target: &str| {
            let here = failure.as_ref().filter(|failure| failure.target == target);
            here.map(|failure| failure.text.clone()).unwrap_or_default()
        };
        let (served, chosen) = (site.served_regions.clone(), fields.region);
        view! {
            <main>
                {failure.clone().map(problem)}
                <h1>"Sign in without your phone"</h1>
                <p class="lead">"With one of the recovery codes that you printed or wrote down."</p>
                <form method="post" action="/api/recover" novalidate>
                    <CountryField served chosen error=error_at("#region")/>
                    {field("phone", "Mobile number", "tel", fields.phone.clone(), error_at("#phone"))}
                    {field("code", "Recovery code", "off", String::new(), error_at("#code"))}
                    <button class="button">"Sign in"</button>
                </form>
                <p class="quiet"><a href="/sign-in">"I have my phone"</a></p>
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}

fn problem(failure: Failure) -> impl IntoView {
    view! {
        <div class="problem" id="problem" tabindex="-1" role="alert" autofocus=true>
            <h2>"There is a problem"</h2>
            <a href=(!failure.target.is_empty()).then_some(failure.target)>{failure.text}</a>
        </div>
    }
}

fn field(
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    value: String,
    error: String,
) -> impl IntoView {
    let describes = format!("{name}-error");
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <p class="error" id=describes.clone()>{error.clone()}</p>
            <input
                id=name
                name=name
                type=if name == "phone" { "tel" } else { "text" }
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                dir="ltr"
                aria-describedby=describes
                aria-invalid=(!error.is_empty()).then_some("true")
                value=value
            />
        </div>
    }
}
