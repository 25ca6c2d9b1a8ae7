//! `GET /account/number`: another number for the account.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use leptos::prelude::*;

use super::{phone::PhoneFields, problem::problem_page};
use crate::{
    app::{Page, render},
    domain::session::Session,
    server::{
        http::{cookies::Cookies, flash::Flash, visitor::visitor},
        state::{AppState, Site},
    },
    ui::{
        components::{
            country_field::CountryField,
            help::Help,
            masked_number::MaskedNumber,
            plain_form::{nonce_field, problem, text_field},
            wording::of_number_page,
        },
        phrases::Failure,
    },
};

/// Asks for the new number, or first for a code of the present one. Whoever is not signed in goes to the phone page.
pub async fn number_page(State(state): State<AppState>, request: Request) -> Response {
    let visitor = visitor(&state.site, request.headers(), request.extensions());
    let flash = Cookies::from_headers(&state.site, request.headers()).flash();
    match state.sign_in.session(visitor.session.as_ref()).await {
        Err(error) => problem_page(&state, error.into(), Some(error)).await,
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Ok(Some(session)) if state.sign_in.is_in_doubt(&session) => {
            Redirect::to("/account/in-doubt").into_response()
        }
        Ok(Some(session)) => {
            let site = state.site_in_force().await;
            let fields = PhoneFields::new(&site, &request, flash.as_ref(), None);
            show(&state, site, session, fields, flash).await
        }
    }
}

async fn show(
    state: &AppState,
    site: Arc<Site>,
    session: Session,
    fields: PhoneFields,
    flash: Option<Flash>,
) -> Response {
    let now = state.sign_in.now();
    let error = flash.and_then(|flash| flash.error);
    let failure = error.map(|error| of_number_page(&site, now).failure(&error).not_to("/account/number"));
    let is_fresh = session.is_fresh(now, &site.policy.session);
    let page = Page { has_error: failure.is_some(), ..Page::new("Change your number") };
    render(state, page, move || {
        view! {
            <main>
                {failure.clone().map(problem)}
                <h1>"Change your number"</h1>
                <MaskedNumber phone=session.phone.clone()/>
                {if is_fresh {
                    let error_at = |target: &str| Failure::text_at(failure.as_ref(), target);
                    let (served, chosen) = (site.served_regions().clone(), fields.region);
                    view! {
                        <p class="lead">
                            "We send a code to the new number. Once you have entered it, you are signed out everywhere \
                            else, and the number above gets a message that says how to undo the change within three days."
                        </p>
                        <form method="post" action="/api/change_number" novalidate>
                            {nonce_field()}
                            <CountryField served chosen error=error_at("#region")/>
                            {text_field("phone", "New mobile number", "off", fields.phone.clone(), error_at("#phone"))}
                            <button class="button">"Send code"</button>
                        </form>
                    }
                    .into_any()
                } else {
                    view! {
                        <p class="lead">"First confirm that it is you: we send a code to the number above."</p>
                        <form method="post" action="/api/confirm">
                            {nonce_field()}
                            <button class="button">"Send me a code"</button>
                        </form>
                    }
                    .into_any()
                }}
                <p class="quiet"><a href="/account">"Back to your account"</a></p>
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}
