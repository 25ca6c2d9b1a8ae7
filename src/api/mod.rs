//! The server functions: the public HTTP contract of the acts. Posts only, nothing is read here.
//!
//! Each function's body runs on the server; in the browser its name stands for a typed `fetch`. The layer around them
//! is `server::http::form_post`.

pub mod answer;
mod begin_anew;
mod change_number;
mod claim_by_code;
mod claim_by_waiting;
mod confirm;
mod delete_account;
mod end_all_sessions;
mod end_other_sessions;
mod end_session;
mod forget_all_devices;
mod forget_device;
mod keep_account;
mod make_recovery_codes;
mod recover;
mod request_code;
mod resend_code;
mod sign_out;
mod undo_change;
mod verify_code;

pub use begin_anew::begin_anew;
pub use change_number::change_number;
pub use claim_by_code::claim_by_code;
pub use claim_by_waiting::claim_by_waiting;
pub use confirm::confirm;
pub use delete_account::delete_account;
pub use end_all_sessions::end_all_sessions;
pub use end_other_sessions::end_other_sessions;
pub use end_session::end_session;
pub use forget_all_devices::forget_all_devices;
pub use forget_device::forget_device;
pub use keep_account::keep_account;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
pub use make_recovery_codes::make_recovery_codes;
pub use recover::recover;
pub use request_code::request_code;
pub use resend_code::resend_code;
pub use sign_out::sign_out;
pub use undo_change::undo_change;
pub use verify_code::verify_code;

use crate::domain::sign_in_error::SignInError;

impl FromServerFnError for SignInError {
    type Encoder = JsonEncoding;

    /// What goes wrong around a server function rather than in it.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::BodyUnreadable,
            _ => Self::Unavailable,
        }
    }

    /// In the browser: without serde, see [`answer`].
    #[cfg(target_family = "wasm")]
    fn de(json: leptos::server_fn::Bytes) -> Self {
        answer::read_error_in_browser(&json).unwrap_or(Self::Unavailable)
    }
}
