//! `GET /sign-in/code`: the code, the time left, and the way to another one.

use axum::{
    extract::{Request, State},
    http::header::SET_COOKIE,
    response::{IntoResponse as _, Redirect, Response},
};
use leptos::prelude::*;

use super::problem::problem_page;
use crate::{
    app::{Page, render},
    domain::{
        challenge::Purpose, policy::ChallengePolicy, receipt::DeliveryState, sign_in_error::SignInError,
    },
    server::{
        http::{
            cookies::{self, Cookies},
            flash::Flash,
            message_events::EVENTS_PATH,
            visitor::visitor,
        },
        sign_in_state::ChallengeState,
        state::AppState,
    },
    ui::{
        components::{
            clock_time::clock_time,
            help::Help,
            other_channels::{of_sent, with_other_channels},
            plain_form::nonce_field,
            test_numbers::TestNumbersNotice,
            wording::{of_code_page, of_message, with_server_words},
        },
        islands::{code_form::CodeForm, countdown::Countdown},
        phrases::{ADVICE_AFTER, Failure, GUESSES_WARNED, Phrases},
    },
};

/// Asks for the code. Without an attempt under way there is none to ask for.
pub async fn code_page(State(state): State<AppState>, request: Request) -> Response {
    let cookies = Cookies::from_headers(&state.site, request.headers());
    let visitor = visitor(&state.site, request.headers(), request.extensions());
    let session = state.sign_in.session(visitor.session.as_ref()).await;
    let challenge = state.sign_in.challenge_state(&visitor).await;
    match (session, challenge) {
        (Err(error), _) | (_, Err(error)) => problem_page(&state, error.into(), Some(error)).await,
        (Ok(Some(_)), Ok(None)) => Redirect::to("/").into_response(),
        (Ok(None), Ok(None)) => to_the_number(&state, visitor.challenge.is_some()),
        // Whoever is signed in and has an attempt under way confirms that it is they.
        (Ok(session), Ok(Some(challenge))) => {
            show(&state, challenge, session.is_some(), cookies.flash()).await
        }
    }
}

/// Whoever had an attempt is told that it is over: another tab has begun one, or its message could not be sent and the answer that
/// said so was lost.
fn to_the_number(state: &AppState, had_attempt: bool) -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    if had_attempt {
        // The cookie stays: another tab may just have got a new one.
        let told = cookies::set_flash(&state.site, &Flash::error(SignInError::ChallengeMissing, &[]));
        response.headers_mut().extend(told.map(|told| (SET_COOKIE, told)));
    }
    response
}

/// How the attempt stands.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    /// A code is good.
    Live,
    /// The newest code has run out; another may be sent in the same attempt.
    RunOut,
    /// No guess is left; only a new attempt helps.
    UsedUp,
}

impl Stage {
    fn of(challenge: &ChallengeState) -> Self {
        match challenge {
            ChallengeState { guesses_left: 0, .. } => Self::UsedUp,
            ChallengeState { code_seconds_left: 0, .. } => Self::RunOut,
            _ => Self::Live,
        }
    }

    /// Where another code is asked for, and whether the form there wants the number.
    fn next_code(self, challenge: &ChallengeState, is_signed_in: bool) -> (&'static str, bool) {
        match (self, challenge.purpose) {
            (Self::Live | Self::RunOut, _) => ("/api/resend_code", false),
            (Self::UsedUp, Purpose::ChangeNumber(_)) => ("/api/change_number", true),
            (Self::UsedUp, Purpose::SignIn) if is_signed_in => ("/api/confirm", false),
            (Self::UsedUp, Purpose::SignIn) => ("/api/request_code", true),
        }
    }

    fn over(self) -> &'static str {
        match self {
            Self::UsedUp => "Too many tries. Send a new code to carry on.",
            Self::Live | Self::RunOut => "That code has run out. Send a new code to carry on.",
        }
    }
}

async fn show(
    state: &AppState,
    challenge: ChallengeState,
    is_signed_in: bool,
    flash: Option<Flash>,
) -> Response {
    let stage = Stage::of(&challenge);
    let phrases = of_code_page();
    let error = flash.as_ref().and_then(|flash| flash.error);
    let failure = error.map(|error| with_server_words(&phrases, state.sign_in.now()).failure(&error));
    // The number is not a field of this page.
    let failure = failure.map(|failure| failure.not_to("#phone"));
    let phrases = with_facts(phrases.and_failure(failure.as_ref()), stage, &challenge, is_signed_in);
    let is_told = stage == Stage::Live && state.callbacks.are_awaited();
    let phrases = if is_told { phrases.and("events", EVENTS_PATH) } else { phrases };
    let typed = flash.as_ref().map(|flash| flash.code.clone()).unwrap_or_default();
    let sent = flash.and_then(|flash| of_sent(flash.notice?, &challenge.phone_ending));
    let page = Page {
        has_error: failure.is_some() || stage == Stage::UsedUp,
        ..Page::new("Enter the code we sent")
    };
    let site = state.site.clone();
    let minutes = site.policy.challenge.code_lifetime.num_minutes();
    let test_numbers_end = state.sign_in.test_numbers_end();
    let is_late = is_late(stage, &challenge, &site.policy.challenge);
    render(state, page, move || {
        provide_context(phrases.clone());
        view! {
            <main data-words=phrases.as_str().to_owned()>
                {test_numbers_end.map(|end| view! { <TestNumbersNotice end/> })}
                {sent.clone().map(|sent| view! { <p class="notice" role="status">{sent}</p> })}
                {match stage {
                    Stage::Live => {
                        code_form(&challenge, is_signed_in, minutes, failure.as_ref(), typed.clone()).into_any()
                    }
                    Stage::RunOut | Stage::UsedUp => dead_code(&challenge, is_signed_in, failure.clone()).into_any(),
                }}
                {message(challenge.message, is_told, sent.is_some())}
                {next_code(stage, &challenge, is_signed_in)}
                {advice(is_late)}
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}

/// Whoever confirms their own number has no other to change it for.
fn heading(challenge: &ChallengeState, is_signed_in: bool) -> impl IntoView + use<> {
    // Where there are other ways, the newest code may have gone one of them.
    let sent_to = if challenge.other_channels.is_empty() { "We texted it to " } else { "We sent it to " };
    view! {
        <h1>"Enter the code we sent"</h1>
        <p class="lead">
            {sent_to}<bdi class="number" dir="ltr">{challenge.phone_as_typed.clone()}</bdi> " "
            {if is_signed_in {
                view! { <a href="/account">"Back to your account"</a> }
            } else {
                view! { <a href="/sign-in?edit">"Change number"</a> }
            }}
        </p>
    }
}

fn code_form(
    challenge: &ChallengeState,
    is_signed_in: bool,
    minutes: i64,
    failure: Option<&Failure>,
    typed: String,
) -> impl IntoView + use<> {
    let error = failure.filter(|failure| failure.target == "#code");
    let error = error.map(|failure| failure.text.clone()).unwrap_or_default();
    let autofocus = failure.is_none();
    let warning = (challenge.guesses_left <= GUESSES_WARNED && failure.is_none())
        .then(|| tries_left(challenge.guesses_left));
    let heading = heading(challenge, is_signed_in);
    view! {
        <CodeForm>
            {heading}
            <div class="field">
                <label for="code">"Code"</label>
                <p class="hint" id="code-hint">
                    {format!("6 digits. The code lasts {minutes} minutes.")}
                    {warning.map(|warning| format!(" {warning}"))}
                </p>
                <p class="error" id="code-error">{error.clone()}</p>
                <input
                    class="code"
                    id="code"
                    name="code"
                    type="text"
                    inputmode="numeric"
                    autocomplete="one-time-code"
                    autocapitalize="off"
                    spellcheck="false"
                    dir="ltr"
                    aria-describedby="code-hint code-error"
                    aria-invalid=(!error.is_empty()).then_some("true")
                    autofocus=autofocus
                    value=typed
                />
            </div>
        </CodeForm>
    }
}

fn tries_left(guesses: u32) -> String {
    match guesses {
        1 => "You have 1 try left.".to_owned(),
        _ => format!("You have {guesses} tries left."),
    }
}

/// Stands in place of the form when no code is good any more.
fn dead_code(
    challenge: &ChallengeState,
    is_signed_in: bool,
    failure: Option<Failure>,
) -> impl IntoView + use<> {
    view! {
        {failure.map(|failure| view! {
            <div class="problem" id="problem" tabindex="-1" role="alert" autofocus=true>
                <h2>"There is a problem"</h2>
                <a href=failure.target>{failure.text}</a>
            </div>
        })}
        {heading(challenge, is_signed_in)}
    }
}

/// The time left, and the button for another code. In a used-up attempt it begins a new one with the same number.
fn next_code(stage: Stage, challenge: &ChallengeState, is_signed_in: bool) -> impl IntoView + use<> {
    let kept = (stage.next_code(challenge, is_signed_in).1).then(|| {
        let region = challenge.region.map(|region| region.to_string()).unwrap_or_default();
        view! {
            <input type="hidden" name="phone" value=challenge.phone_as_typed.clone()/>
            <input type="hidden" name="region" value=region/>
        }
    });
    let nonce = (stage == Stage::UsedUp).then(nonce_field);
    view! { <Countdown>{kept}{nonce}</Countdown> }
}

/// Adds what the countdown must know.
fn with_facts(phrases: Phrases, stage: Stage, challenge: &ChallengeState, is_signed_in: bool) -> Phrases {
    let (action, _) = stage.next_code(challenge, is_signed_in);
    let good_for = if stage == Stage::Live { challenge.code_seconds_left } else { 0 };
    // An error that says so already need not be said twice.
    let is_said = stage != Stage::Live && phrases.first_failure().is_some();
    let open = if stage == Stage::UsedUp { &[][..] } else { &challenge.other_channels };
    with_other_channels(phrases, open)
        .and("next_code_action", action)
        .and("good_for", &good_for.to_string())
        .and("wait_for", &challenge.wait_seconds.to_string())
        .and("good_until", &format!("until {}", clock_time(challenge.code_good_until)))
        .and("over", if is_said { "" } else { stage.over() })
}

/// What is known of the message; where it is told while the page is open, a place for it.
fn message(known: Option<DeliveryState>, is_told: bool, sent_again: bool) -> impl IntoView + use<> {
    (is_told || known.is_some()).then(|| {
        let role = (is_told || !sent_again).then_some("status");
        view! {
            <p class="hint" id="message" role=role data-state=known.map(DeliveryState::name)>
                {known.map(of_message)}
            </p>
        }
    })
}

/// Whether the newest message should have come by now, and nobody says that it has. A used-up attempt has had its code.
fn is_late(stage: Stage, challenge: &ChallengeState, policy: &ChallengePolicy) -> bool {
    let age = policy.code_lifetime.num_seconds() - i64::from(challenge.code_seconds_left);
    let has_arrived = challenge.message == Some(DeliveryState::Delivered);
    stage != Stage::UsedUp && age >= i64::from(ADVICE_AFTER) && !has_arrived
}

fn advice(is_late: bool) -> impl IntoView + use<> {
    view! {
        <details id="advice" open=is_late>
            <summary>"Code not arrived?"</summary>
            <ul>
                <li>"A message can take a minute. Look in your messages, blocked and unknown senders too."</li>
                <li>"Check that the number above is right, and that your phone has signal."</li>
                <li>"Then send a new code. An earlier one stays good until its own time is over."</li>
            </ul>
        </details>
    }
}
