//! The few things that are done to the document by hand, because they concern markup the server drew.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, FormData, HtmlElement, HtmlFormElement};

/// Goes to a page of ours; loads it anew when it is the present one.
pub fn go_to(path: &str) {
    let location = window().location();
    // A browser refuses only what is no URL or too frequent; the person then still has the page.
    let _ = match location.pathname() {
        Ok(here) if here == path => location.reload(),
        _ => location.assign(path),
    };
}

/// Seconds since the browser began to load this page. Counted from there, a page that is slow to wake shows the time
/// that is really left, and neither clock need be right.
pub fn seconds_since_navigation() -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates after a century")]
    window().performance().map_or(0, |performance| (performance.now() / 1000.0) as u32)
}

/// What was typed into a field of the form.
pub fn value_of(form: &HtmlFormElement, name: &str) -> String {
    let data = FormData::new_with_form(form).ok();
    data.and_then(|data| data.get(name).as_string()).unwrap_or_default()
}

/// Puts a message at the field that `target` (`#phone`) names, and takes away those at the form's other fields.
pub fn mark_field(target: &str, message: &str) {
    for id in ["region", "phone", "code"] {
        let is_wrong = target.strip_prefix('#') == Some(id);
        let (Some(field), Some(place)) = (element(id), element(&format!("{id}-error"))) else { continue };
        place.set_text_content(Some(if is_wrong { message } else { "" }));
        // Setting an attribute fails for a malformed name only.
        let _ = if is_wrong {
            field.set_attribute("aria-invalid", "true")
        } else {
            field.remove_attribute("aria-invalid")
        };
    }
}

/// Says in the title that there is an error: it is what a screen reader and a list of tabs read first.
pub fn mark_title(prefix: &str) {
    let title = document().title();
    if !title.starts_with(prefix) {
        document().set_title(&format!("{prefix}{title}"));
    }
}

/// Moves the focus, for the person has just pressed a button and the answer is there.
pub fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // A browser that cannot move the focus still shows the message.
        let _ = element.focus();
    }
}

/// Unfolds a `<details>`.
pub fn unfold(id: &str) {
    if let Some(element) = element(id) {
        // As above: the name is well-formed.
        let _ = element.set_attribute("open", "");
    }
}

/// Writes a text, where it is new, and marks its place. A text that is there already is not spoken again.
pub fn tell(id: &str, text: &str, mark: &str, value: &str) {
    if let Some(element) = element(id) {
        // As above: the name is well-formed.
        let _ = element.set_attribute(mark, value);
        if element.text_content().as_deref() != Some(text) {
            element.set_text_content(Some(text));
        }
    }
}

/// An element's attribute, where both are there.
pub fn attribute(id: &str, name: &str) -> Option<String> {
    element(id)?.get_attribute(name)
}

fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}
