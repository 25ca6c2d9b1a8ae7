//! The form that asks for a code.

use leptos::prelude::*;

use super::{dom, form::enhanced_form};
use crate::api::request_code;

/// Wraps the fields of the phone page, which the server draws and which stay as they are: what was typed before the
/// browser woke the island survives.
#[island]
pub fn PhoneForm(
    /// The fields.
    children: Children,
) -> impl IntoView {
    enhanced_form(
        "/api/request_code",
        |form| {
            let value_of = |name| dom::value_of(form, name);
            Box::pin(request_code(value_of("phone"), value_of("region"), value_of("nonce")))
        },
        children,
    )
}
