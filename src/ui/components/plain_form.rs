//! Forms that are posted as they are: no island, no script.

use leptos::prelude::*;

use crate::{domain::form_nonce::FormNonce, ui::phrases::Failure};

/// What went wrong, above the form, with the way to where it is mended.
pub fn problem(failure: Failure) -> impl IntoView {
    view! {
        <div class="problem" id="problem" tabindex="-1" role="alert" autofocus=true>
            <h2>"There is a problem"</h2>
            <a href=(!failure.target.is_empty()).then_some(failure.target)>{failure.text}</a>
        </div>
    }
}

/// The page's nonce, in each form that asks for a code: a form sent twice must lead both times to the one code.
pub fn nonce_field() -> impl IntoView {
    let nonce = use_context::<FormNonce>().map(|nonce| nonce.reveal());
    view! { <input type="hidden" name="nonce" value=nonce/> }
}

/// A labelled text field with its error. `phone` is the one for numbers.
pub fn text_field(
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
