//! Says that some numbers get no message, as long as some do.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::wording::of_test_numbers;

/// Stands above all else, so that nobody wonders where the message is, or leaves them on unseen.
#[component]
pub fn TestNumbersNotice(
    /// When they end.
    end: DateTime<Utc>,
) -> impl IntoView {
    view! { <p class="notice" id="test-numbers">{of_test_numbers(end)}</p> }
}
