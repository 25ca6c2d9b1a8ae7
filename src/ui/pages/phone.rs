//! `GET /sign-in`: one page, one question.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::problem::problem_page;
use crate::{
    app::{Page, render},
    domain::{region_code::RegionCode, sign_in_error::SignInError},
    server::{
        http::{
            cookies::Cookies,
            flash::{Flash, Notice},
            visitor::visitor,
        },
        sign_in_state::ChallengeState,
        state::{AppState, Site},
    },
    ui::{
        components::{
            country_field::CountryField,
            help::Help,
            plain_form::nonce_field,
            preferred_region::preferred_region,
            test_numbers::TestNumbersNotice,
            wording::{of_phone_page, with_server_words},
        },
        islands::phone_form::PhoneForm,
        phrases::Failure,
    },
};

/// Asks for the number. Whoever is signed in goes home.
pub async fn phone_page(State(state): State<AppState>, request: Request) -> Response {
    let cookies = Cookies::from_headers(&state.site, request.headers());
    let visitor = visitor(&state.site, request.headers(), request.extensions());
    let session = state.sign_in.session(visitor.session.as_ref()).await;
    let challenge = state.sign_in.challenge_state(&visitor).await;
    match (session, challenge) {
        (Err(error), _) | (_, Err(error)) => problem_page(&state, error.into(), Some(error)).await,
        (Ok(Some(_)), _) => Redirect::to("/").into_response(),
        (Ok(None), Ok(challenge)) => {
            let (flash, site) = (cookies.flash(), state.site_in_force().await);
            let form = PhoneFields::new(&site, &request, flash.as_ref(), challenge.as_ref());
            show(&state, site, form, challenge.is_some(), flash).await
        }
    }
}

/// What stands in the fields.
#[derive(Clone)]
pub(super) struct PhoneFields {
    pub(super) phone: String,
    pub(super) region: Option<RegionCode>,
}

impl PhoneFields {
    /// What the person last typed, be it in a post that failed or in the attempt whose number they want to change;
    /// else what their browser's languages or the configuration say of the country.
    pub(super) fn new(
        site: &Site,
        request: &Request,
        flash: Option<&Flash>,
        live: Option<&ChallengeState>,
    ) -> Self {
        let typed = flash.filter(|flash| flash.error.is_some());
        let edited = live.filter(|_| typed.is_none() && wants_to_edit(request.uri()));
        let phone = typed.map(|flash| &flash.phone).or(edited.map(|live| &live.phone_as_typed));
        let region = typed.and_then(|flash| RegionCode::parse(&flash.region));
        let region = region.or(edited.and_then(|live| live.region));
        Self {
            phone: phone.cloned().unwrap_or_default(),
            region: region.or_else(|| usual_region(site, request.headers())),
        }
    }
}

fn usual_region(site: &Site, headers: &HeaderMap) -> Option<RegionCode> {
    preferred_region(headers, site.served_regions()).or(site.default_region)
}

/// "Change number" asks for `/sign-in?edit`: the number itself must not stand in a URL.
fn wants_to_edit(uri: &Uri) -> bool {
    uri.query() == Some("edit")
}

async fn show(
    state: &AppState,
    site: Arc<Site>,
    fields: PhoneFields,
    has_challenge: bool,
    flash: Option<Flash>,
) -> Response {
    let (phrases, now) = (of_phone_page(&site), state.sign_in.now());
    let error: Option<SignInError> = flash.as_ref().and_then(|flash| flash.error);
    let failure = error.map(|error| with_server_words(&phrases, now).failure(&error).not_to("/sign-in"));
    let phrases = phrases.and_failure(failure.as_ref());
    let notice = flash.and_then(|flash| flash.notice).and_then(words);
    let description = Some("Sign in with your phone number and a code.");
    let page = Page { has_error: error.is_some(), description, ..Page::new("Sign in or create an account") };
    let test_numbers_end = state.sign_in.test_numbers_end();
    render(state, page, move || {
        provide_context(phrases.clone());
        view! {
            <main data-words=phrases.as_str().to_owned()>
                {notices(test_numbers_end, notice)}
                {form(&site, fields.clone(), failure.as_ref())}
                {has_challenge.then(|| view! { <p class="quiet"><a href="/sign-in/code">"Enter the code we sent"</a></p> })}
                {notes()}
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}

/// What stands above the form. Both in one, for each part that is left out costs this page a mark of three bytes.
fn notices(test_numbers_end: Option<DateTime<Utc>>, said: Option<&'static str>) -> impl IntoView + use<> {
    (test_numbers_end.is_some() || said.is_some()).then(|| {
        view! {
            {test_numbers_end.map(|end| view! { <TestNumbersNotice end/> })}
            {said.map(|words| view! { <p class="notice" role="status">{words}</p> })}
        }
    })
}

fn words(notice: Notice) -> Option<&'static str> {
    match notice {
        Notice::SignedOut => Some("You have signed out."),
        Notice::ChangeUndone => Some("Your number is back, and everybody is signed out. Sign in with it."),
        _ => None,
    }
}

fn form(site: &Site, fields: PhoneFields, failure: Option<&Failure>) -> impl IntoView + use<> {
    let (region_error, phone_error) =
        (Failure::text_at(failure, "#region"), Failure::text_at(failure, "#phone"));
    let served = site.served_regions().clone();
    view! {
        <PhoneForm>
            {nonce_field()}
            <h1>"Sign in or create an account"</h1>
            <CountryField served chosen=fields.region error=region_error/>
            <div class="field">
                <label for="phone">"Mobile number"</label>
                <p class="hint" id="phone-hint">
                    "We will text you a 6-digit code. For example "<bdi dir="ltr">"07700 900123"</bdi>" or "
                    <bdi dir="ltr">"+44 7700 900123"</bdi>
                </p>
                <p class="error" id="phone-error">{phone_error.clone()}</p>
                <input
                    id="phone"
                    name="phone"
                    type="tel"
                    autocomplete="tel"
                    inputmode="tel"
                    dir="ltr"
                    aria-describedby="phone-hint phone-error"
                    aria-invalid=(!phone_error.is_empty()).then_some("true")
                    value=fields.phone
                />
            </div>
        </PhoneForm>
    }
}

fn notes() -> impl IntoView + use<> {
    view! {
        <ul class="notes">
            <li>"Your number takes the place of a password: it tells us that you are you."</li>
            <li>"Your operator’s message rates may apply."</li>
            <li>"A text message is one lock, not two: whoever can read your messages can sign in as you."</li>
        </ul>
    }
}
