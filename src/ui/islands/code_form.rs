//! The form that takes the code.
#![expect(
    missing_docs,
    reason = "the macro also makes a struct for the browser, which takes no comment of ours"
)]

use leptos::prelude::*;

use super::{dom, form::enhanced_form, web_otp};
use crate::{
    api::verify_code,
    ui::phrases::{Failure, Phrases},
};

/// Wraps the field of the code page. Where the browser can read the code out of the message, it fills the field.
#[island]
pub fn CodeForm(
    /// Its words.
    phrases: Phrases,
    /// The error of a plain form post.
    failure: Option<Failure>,
    /// The field.
    children: Children,
) -> impl IntoView {
    Effect::new(|_| web_otp::fill_when_it_arrives("code"));
    enhanced_form(
        "/api/verify_code",
        |form| Box::pin(verify_code(dom::value_of(form, "code"))),
        phrases,
        failure,
        children,
    )
}
