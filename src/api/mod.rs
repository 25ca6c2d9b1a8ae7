//! The server functions: POST only, form-encoded, each with a stable path.
#![expect(missing_docs, reason = "the macro makes the parameters fields of a public struct")]

pub mod answer;

use answer::Done;
use leptos::{
    prelude::*,
    server_fn::{
        codec::JsonEncoding,
        error::{FromServerFnError, ServerFnErrorErr},
    },
};

use crate::domain::sign_in_error::SignInError;

impl FromServerFnError for SignInError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::BodyUnreadable,
            _ => Self::Unavailable,
        }
    }

    #[cfg(target_family = "wasm")]
    fn de(json: leptos::server_fn::Bytes) -> Self {
        answer::read_error_in_browser(&json).unwrap_or(Self::Unavailable)
    }
}

/// Sends a first code to the number that was typed.
#[server(prefix = "/api", endpoint = "request_code", output = Done)]
pub async fn request_code(phone: String, #[server(default)] region: String) -> Result<(), SignInError> {
    let _ = (phone, region);
    Err(SignInError::Unavailable)
}

/// Sends another code within the attempt.
#[server(prefix = "/api", endpoint = "resend_code", output = Done)]
pub async fn resend_code() -> Result<(), SignInError> {
    Err(SignInError::Unavailable)
}

/// Judges a code.
#[server(prefix = "/api", endpoint = "verify_code", output = Done)]
pub async fn verify_code(code: String) -> Result<(), SignInError> {
    let _ = code;
    Err(SignInError::Unavailable)
}

/// Ends the session.
#[server(prefix = "/api", endpoint = "sign_out", output = Done)]
pub async fn sign_out() -> Result<(), SignInError> {
    Err(SignInError::Unavailable)
}
