//! `GET /account`: where one is signed in, and what happened.

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use leptos::prelude::*;

use super::problem::problem_page;
use crate::{
    app::{Page, render},
    domain::sign_in_error::SignInError,
    server::{
        account::{Account, Place},
        http::{
            cookies::Cookies,
            flash::{Flash, Notice},
            visitor::visitor,
        },
        state::AppState,
        store::events::PastEvent,
    },
    ui::components::{
        activity::sentence,
        clock_time::{date_and_time, machine_time},
        help::Help,
        masked_number::MaskedNumber,
        plain_form::nonce_field,
        wording::NUMBER_OPTED_OUT,
    },
};

/// For whoever stopped our texts and is still signed in.
const TEXTS_STOPPED: &str = "Our texts to this number are stopped by a text from it. To get codes again, text START to where they came from.";

/// Shows the account. Whoever is not signed in goes to the phone page.
pub async fn account_page(State(state): State<AppState>, request: Request) -> Response {
    let visitor = visitor(&state.site, request.headers(), request.extensions());
    let flash = Cookies::from_headers(&state.site, request.headers()).flash();
    match state.sign_in.account(&visitor).await {
        Err(SignInError::AccountInDoubt) => Redirect::to("/account/in-doubt").into_response(),
        Err(SignInError::SessionMissing) => Redirect::to("/sign-in").into_response(),
        Err(error) => problem_page(&state, error.into(), Some(error)).await,
        Ok(account) => show(&state, account, flash).await,
    }
}

async fn show(state: &AppState, account: Account, flash: Option<Flash>) -> Response {
    let site = state.site.clone();
    let error = flash.as_ref().and_then(|flash| flash.error);
    let notice = flash.and_then(|flash| flash.notice).and_then(words);
    let page = Page { has_error: error.is_some(), ..Page::new("Your account") };
    render(state, page, move || {
        let others = account.sessions.iter().any(|session| !session.is_present);
        view! {
            <main>
                {notice.map(|words| view! { <p class="notice" role="status">{words}</p> })}
                {error.map(trouble)}
                <h1>"Your account"</h1>
                <MaskedNumber phone=account.session.phone.clone()/>
                {account.texts_stopped_at.map(|_| view! { <p>{TEXTS_STOPPED}</p> })}
                <p><a href="/account/number">"Change your number"</a></p>
                <section>
                    <h2>"Where you are signed in"</h2>
                    <ul class="places">{account.sessions.iter().map(session).collect_view()}</ul>
                    {others.then(|| act("/api/end_other_sessions", "Sign out everywhere else"))}
                    {act("/api/end_all_sessions", "Sign out everywhere")}
                </section>
                <section>
                    <h2>"Browsers that know your number"</h2>
                    <p class="hint">
                        "They signed in before. However often strangers try your number, you can still sign in with these."
                    </p>
                    <ul class="places">{account.devices.iter().map(device).collect_view()}</ul>
                    {(account.devices.len() > 1).then(|| act("/api/forget_all_devices", "Forget all of them"))}
                </section>
                <section>
                    <h2>"Recent activity"</h2>
                    <ol class="events">{account.events.iter().map(event).collect_view()}</ol>
                </section>
                <section>
                    <h2>"Your data"</h2>
                    <p><a href="/account/data.json">"Download your data"</a></p>
                </section>
                {recovery(account.recovery_codes)}
                {deletion(account.session.deletes_at)}
                <p class="quiet"><a href="/">"Back"</a></p>
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}

fn words(notice: Notice) -> Option<&'static str> {
    match notice {
        Notice::SessionsEnded => Some("You are signed out there."),
        Notice::DevicesForgotten => Some("Forgotten."),
        Notice::DeletionAsked => Some("Your account goes in seven days. You are signed out everywhere else."),
        Notice::DeletionCancelled => Some("Your account stays."),
        Notice::Recovered => Some("You are signed in. That recovery code is used up: make new ones."),
        Notice::NumberChanged => Some(
            "Your number is changed. You are signed out everywhere else, and the number before was told how to undo it.",
        ),
        Notice::CodeSentAgain
        | Notice::CodeInDoubt
        | Notice::Calling
        | Notice::SentByWhatsApp
        | Notice::SignedOut
        | Notice::ChangeUndone => None,
    }
}

/// Where the code is too old, the way to a new one.
fn trouble(error: SignInError) -> impl IntoView {
    let (sentence, may_confirm) = match error {
        SignInError::ConfirmationNeeded => {
            ("First confirm that it is you: we send a code to your number.", true)
        }
        SignInError::TooManyRequests { .. }
        | SignInError::SendingPaused { .. }
        | SignInError::PhoneDisabled => ("We cannot send you a code right now. Try again later.", false),
        SignInError::RegionNotServed => ("We no longer send codes to your number’s country.", false),
        SignInError::NumberOptedOut => (NUMBER_OPTED_OUT, false),
        SignInError::DeliveryFailed => ("We could not send the message. Try again in a minute.", false),
        _ => ("Sorry, that did not work. Try again in a minute.", false),
    };
    view! {
        <div class="problem" role="alert">
            <h2>"There is a problem"</h2>
            <p>{sentence}</p>
            {may_confirm.then(|| view! {
                <form method="post" action="/api/confirm">
                    {nonce_field()}
                    <button class="button secondary">"Send me a code"</button>
                </form>
            })}
        </div>
    }
}

/// The way back in when the phone is lost.
fn recovery(left: u32) -> impl IntoView {
    let standing = match left {
        0 => "You have none. Without them, losing your phone may mean losing this account.".to_owned(),
        1 => "You have 1 left.".to_owned(),
        _ => format!("You have {left} left."),
    };
    view! {
        <section id="recovery-codes">
            <h2>"Recovery codes"</h2>
            <p class="hint">"Ten codes to print: each signs you in once, without your phone. " {standing}</p>
            {act("/api/make_recovery_codes", "Make new recovery codes")}
        </section>
    }
}

/// The end of an account: asked for here, and kept after all here.
fn deletion(at: Option<chrono::DateTime<chrono::Utc>>) -> impl IntoView {
    view! {
        <section>
            <h2>"Delete your account"</h2>
            {match at {
                Some(at) => view! {
                    <p>"Your account will be deleted on " {time(at)} "."</p>
                    {act("/api/keep_account", "Keep my account")}
                }
                .into_any(),
                None => view! {
                    <p class="hint">
                        "It goes after seven days. Until then you can sign in and keep it."
                    </p>
                    {act("/api/delete_account", "Delete my account")}
                }
                .into_any(),
            }}
        </section>
    }
}

fn session(place: &Place) -> impl IntoView + use<> {
    let from = if place.network.is_empty() { String::new() } else { format!("from {}", place.network) };
    view! {
        <li>
            <p><strong>{place.browser.clone()}</strong> {place.is_present.then_some(" (this one)")} " " {from}</p>
            <p class="hint">"Since " {time(place.since)} ", last seen " {time(place.last_seen)}</p>
            {form("/api/end_session", "session", place, "Sign out")}
        </li>
    }
}

fn device(place: &Place) -> impl IntoView + use<> {
    view! {
        <li>
            <p><strong>{place.browser.clone()}</strong> {place.is_present.then_some(" (this one)")}</p>
            <p class="hint">"Since " {time(place.since)} ", last used " {time(place.last_seen)}</p>
            {form("/api/forget_device", "device", place, "Forget")}
        </li>
    }
}

/// One button for one place; its name tells the buttons of a list apart for whoever does not see where they stand.
fn form(
    action: &'static str,
    field: &'static str,
    place: &Place,
    label: &'static str,
) -> impl IntoView + use<> {
    let name = format!("{label}: {}, since {}", place.browser, date_and_time(place.since));
    view! {
        <form method="post" action=action>
            <input type="hidden" name=field value=place.handle.clone()/>
            <button class="button small secondary" aria-label=name>{label}</button>
        </form>
    }
}

fn act(action: &'static str, label: &'static str) -> impl IntoView {
    view! {
        <form method="post" action=action>
            <button class="button secondary">{label}</button>
        </form>
    }
}

fn event(event: &PastEvent) -> impl IntoView + use<> {
    let from = if event.network.is_empty() { String::new() } else { format!(", {}", event.network) };
    view! {
        <li>
            <p>{sentence(event)}</p>
            <p class="hint">{time(event.at)} " · " {event.browser.clone()} {from}</p>
        </li>
    }
}

fn time(at: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    view! { <time datetime=machine_time(at)>{date_and_time(at)}</time> }
}
