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
        |form| Box::pin(request_code(dom::value_of(form, "phone"), dom::value_of(form, "region"))),
        children,
    )
}
