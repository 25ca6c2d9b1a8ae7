//! Register and sign in with only a phone number and a 6-digit code that lives two minutes.
//!
//! The map of the house; data flows one way: page → server function → use case → domain.
//!
//! | module | built for | what it is |
//! |---|---|---|
//! | [`domain`] | everything | the rules: pure, tested alone with no features |
//! | [`api`] | server and browser | the server functions: the public HTTP contract |
//! | [`ui`] | server; its islands for the browser too | the pages, their parts and their words |
//! | `app` | server | the document around every page |
//! | `server` | server | the outside world: HTTP, the database, SMS, the clock |

// For the browser the lint of `Cargo.toml` must do: the macros of islands write `unsafe`, and allow it to themselves.
#![cfg_attr(not(feature = "hydrate"), forbid(unsafe_code))]

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod api;
#[cfg(feature = "ssr")]
pub mod app;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod ui;

/// Wakes the islands of the page the browser has loaded. Called once by the page's script.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // No router runs in the browser, so following the server's redirects is ours to do. The hook can be set once only,
    // and this is the one place that sets it: there is nothing to do about an error.
    let _ = leptos::server_fn::redirect::set_redirect_hook(ui::islands::dom::go_to);
    leptos::mount::hydrate_islands();
}
