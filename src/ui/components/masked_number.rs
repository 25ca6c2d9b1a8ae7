//! A number with only its end to be seen.

use leptos::prelude::*;

use crate::domain::phone_number::PhoneNumber;

/// `•••••67` for the eye, "ending in 67" for the ear.
#[component]
pub fn MaskedNumber(
    /// The number.
    phone: PhoneNumber,
) -> impl IntoView {
    let masked = phone.mask();
    let last_two: String = masked.chars().filter(char::is_ascii_digit).collect();
    view! {
        <dl>
            <dt>"Number"</dt>
            <dd>
                <span class="visually-hidden">"ending in " {last_two}</span>
                <bdi class="number" dir="ltr" aria-hidden="true">{masked}</bdi>
            </dd>
        </dl>
    }
}
