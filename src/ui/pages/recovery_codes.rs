//! `GET /account/recovery-codes`: codes to print, shown once.

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use leptos::prelude::*;

use super::problem::problem_page;
use crate::{
    app::{Page, render},
    server::{
        http::{cookies::Cookies, visitor::visitor},
        state::AppState,
    },
    ui::components::help::Help,
};

/// Shows the codes that have just been made. A reload shows none: then the account page is the place to go.
pub async fn recovery_codes_page(State(state): State<AppState>, request: Request) -> Response {
    let visitor = visitor(&state.site, request.headers(), request.extensions());
    let flash = Cookies::from_headers(&state.site, request.headers()).flash();
    let codes = flash.map(|flash| flash.recovery_codes).unwrap_or_default();
    match state.sign_in.session(visitor.session.as_ref()).await {
        Err(error) => problem_page(&state, error.into(), Some(error)).await,
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Ok(Some(session)) if state.sign_in.is_in_doubt(&session) => {
            Redirect::to("/account/in-doubt").into_response()
        }
        Ok(Some(_)) if codes.is_empty() => Redirect::to("/account").into_response(),
        Ok(Some(_)) => show(&state, codes).await,
    }
}

async fn show(state: &AppState, codes: Vec<String>) -> Response {
    let site = state.site.clone();
    render(state, Page::new("Your recovery codes"), move || {
        view! {
            <main>
                <h1>"Your recovery codes"</h1>
                <p class="lead">
                    "Print this page or write the codes down, and keep them away from your phone. Each works once. They are shown \
                    only now, and earlier ones work no more."
                </p>
                <ol class="codes" dir="ltr">
                    {codes.iter().map(|code| view! { <li>{code.clone()}</li> }).collect_view()}
                </ol>
                <p><a class="button" href="/account">"I have kept them"</a></p>
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}
