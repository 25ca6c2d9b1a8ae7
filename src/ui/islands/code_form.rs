//! The form that takes the code.

use leptos::prelude::*;

use super::{dom, form::enhanced_form, web_otp};
use crate::api::verify_code;

/// Wraps the field of the code page. Where the browser can read the code out of the message, it fills the field.
#[island]
pub fn CodeForm(
    /// The field.
    children: Children,
) -> impl IntoView {
    Effect::new(|_| web_otp::fill_when_it_arrives("code"));
    enhanced_form("/api/verify_code", |form| Box::pin(verify_code(dom::value_of(form, "code"))), children)
}
