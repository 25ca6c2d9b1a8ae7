//! The time that a code is still good, and the wait until the next one may be asked for.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::{dom, message_status};
use crate::ui::phrases::{ADVICE_AFTER, Phrases};

/// When a screen reader is told the time: never each second (REQUIREMENTS A-11).
const SPOKEN_AT: [u32; 2] = [60, 30];

/// How long the button is held after a press, so that a double click asks once.
const HELD_AFTER_PRESS: u32 = 5;

/// Other ways than a text message, by their names in a request; the page brings words for those that are open.
const OTHER_CHANNELS: [&str; 2] = ["call", "whatsapp"];

/// Shows the time left and holds "Send a new code" until the wait is over. Before the browser runs it, and without it,
/// the same words stand there with the server's clock time, and the button works: the server decides.
#[island]
pub fn Countdown(
    /// What the form sends along.
    children: Children,
) -> impl IntoView {
    let words = Phrases::of_page();
    let action = words.get("next_code_action").to_owned();
    // How many seconds the code was still good when the page was drawn, and how long another had to be waited for.
    let (good_for, wait) = (words.number("good_for"), words.number("wait_for"));
    // `None` until the browser counts: the first drawing must be the server's.
    let elapsed = RwSignal::new(None::<u32>);
    let spoken = RwSignal::new(String::new());
    let held_until = RwSignal::new(0_u32);
    let left = move || good_for.saturating_sub(elapsed.get().unwrap_or(0));
    let wait_left = move || wait.saturating_sub(elapsed.get().unwrap_or(0));
    let is_held = move || elapsed.get().is_some_and(|elapsed| elapsed < wait.max(held_until.get()));

    let words = StoredValue::new(words);
    let tick = move || {
        let (now, before) = (dom::seconds_since_navigation(), elapsed.get_untracked());
        let left = |elapsed: u32| good_for.saturating_sub(elapsed);
        let passed = |mark: &&u32| before.is_some_and(|before| left(before) > **mark) && left(now) <= **mark;
        if let Some(&mark) = SPOKEN_AT.iter().find(passed).filter(|_| left(now) > 0) {
            spoken.set(words.with_value(|words| words.with("spoken", &words.duration(mark))));
        }
        let is_late = now >= ADVICE_AFTER && before.is_none_or(|before| before < ADVICE_AFTER);
        if good_for > 0 && is_late && !message_status::has_arrived() {
            dom::unfold("advice");
        }
        elapsed.set(Some(now));
    };
    Effect::new(move |_| {
        words.with_value(|words| message_status::follow(words.get("events")));
        tick();
        set_interval(tick, Duration::from_secs(1));
    });
    let submit = move |event: SubmitEvent| {
        if is_held() {
            event.prevent_default();
        } else {
            held_until.set(dom::seconds_since_navigation().saturating_add(HELD_AFTER_PRESS));
        }
    };
    let said =
        move |say: fn(&Phrases, u32) -> String, number: u32| words.with_value(|words| say(words, number));
    view! {
        <section class="countdown" class:is-over=move || left() == 0>
            <p class="time" hidden=move || left() == 0>
                {words.with_value(|words| words.get("time_left").to_owned())} " "
                <span role="timer">
                    {move || match elapsed.get() {
                        None => words.with_value(|words| words.get("good_until").to_owned()),
                        Some(_) => clock(left()),
                    }}
                </span>
            </p>
            <p class="visually-hidden" aria-live="polite">{move || spoken.get()}</p>
            <p class="over" role="alert">
                {move || if left() == 0 { said(|words, _| words.get("over").to_owned(), 0) } else { String::new() }}
            </p>
            <form method="post" action=action on:submit=submit>
                {children()}
                <button id="send" class="button" aria-describedby="wait" aria-disabled=move || {
                    is_held().then_some("true")
                }>{words.with_value(|words| words.get("resend").to_owned())}</button>
                {OTHER_CHANNELS.map(|channel| {
                    let label = words.with_value(|words| words.get(channel).to_owned());
                    (!label.is_empty()).then(|| view! {
                        <button
                            class="button secondary"
                            name="channel"
                            value=channel
                            aria-describedby="wait"
                            aria-disabled=move || is_held().then_some("true")
                        >
                            {label}
                        </button>
                    })
                })}
                <p id="wait" class="hint">
                    {move || match wait_left() {
                        0 => String::new(),
                        wait => said(|words, wait| words.with("wait", &words.duration(wait)), wait),
                    }}
                </p>
            </form>
        </section>
    }
}

/// `1:41`.
fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
