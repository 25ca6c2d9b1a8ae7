//! The way on for whoever has not got the phone, in the same place on every page of the flow (WCAG 3.2.6).

use leptos::prelude::*;

/// "I cannot use this phone".
#[component]
pub fn Help(
    /// What the site is called.
    site_name: String,
    /// Where people get help, when configured.
    help_url: Option<String>,
) -> impl IntoView {
    match help_url {
        Some(url) => view! {
            <p class="help"><a href=url>"I cannot use this phone"</a>" "<a href="/recover">"Recovery code"</a>" "<a href="/undo">"Undo"</a></p>
        }
        .into_any(),
        None => view! {
            <details class="help">
                <summary>"I cannot use this phone"</summary>
                <p>
                    "A code can only go to your phone. Without it, ask the people who run " {site_name}
                    " to help you back in, or "<a href="/recover">"use a recovery code"</a>". Number changed without you? "
                    <a href="/undo">"Undo"</a>"."
                </p>
            </details>
        }
        .into_any(),
    }
}
