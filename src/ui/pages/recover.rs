//! `GET /recover`: the way back in without the phone.

use std::sync::Arc;

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
        state::{AppState, Site},
    },
    ui::{
        components::{
            country_field::CountryField,
            help::Help,
            plain_form::{problem, text_field},
            wording::of_recover_page,
        },
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
            let site = state.site_in_force().await;
            let fields = PhoneFields::new(&site, &request, flash.as_ref(), None);
            show(&state, site, fields, flash).await
        }
    }
}

async fn show(state: &AppState, site: Arc<Site>, fields: PhoneFields, flash: Option<Flash>) -> Response {
    let error = flash.and_then(|flash| flash.error);
    let failure = error.map(|error| of_recover_page(&site, state.sign_in.now()).failure(&error));
    let page = Page { has_error: failure.is_some(), ..Page::new("Sign in without your phone") };
    render(state, page, move || {
        let error_at = |target: &str| Failure::text_at(failure.as_ref(), target);
        let (served, chosen) = (site.served_regions().clone(), fields.region);
        view! {
            <main>
                {failure.clone().map(problem)}
                <h1>"Sign in without your phone"</h1>
                <p class="lead">"With one of the recovery codes that you printed or wrote down."</p>
                <form method="post" action="/api/recover" novalidate>
                    <CountryField served chosen error=error_at("#region")/>
                    {text_field("phone", "Mobile number", "tel", fields.phone.clone(), error_at("#phone"))}
                    {text_field("code", "Recovery code", "off", String::new(), error_at("#code"))}
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
