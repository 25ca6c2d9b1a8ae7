//! What a server function does with HTTP: read cookies, run a use case to its end, answer.

use axum::http::{HeaderName, HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::{
    cookies::{self, SetCookie},
    flash::{Flash, Notice},
    overload::Place,
    visitor::visitor,
};
use crate::{
    domain::{recovery_code::RecoveryCode, sign_in_error::SignInError},
    server::{
        delivery::Delivery,
        sign_in::{CodeRequested, SignIn, SignedIn},
        state::{AppState, Site},
        to_its_end::to_its_end,
        visitor::Visitor,
    },
};

/// One post to a server function.
pub struct Act {
    state: AppState,
    parts: Parts,
    response: ResponseOptions,
}

impl Act {
    /// Takes the parts that the router put into the context.
    ///
    /// # Errors
    /// `unavailable` when called outside a request.
    pub fn from_context() -> Result<Self, SignInError> {
        let state = use_context().ok_or(SignInError::Unavailable)?;
        let parts = use_context().ok_or(SignInError::Unavailable)?;
        let response = use_context().ok_or(SignInError::Unavailable)?;
        Ok(Self { state, parts, response })
    }

    /// Who asks.
    pub fn visitor(&self) -> Visitor {
        visitor(self.site(), &self.parts.headers, &self.parts.extensions)
    }

    /// Runs a use case to its end even if the browser goes away meanwhile: a task of its own is not dropped with the
    /// connection, and no act stops half-way. It keeps its place and its name in the log to its end.
    ///
    /// # Errors
    /// What the use case says; `unavailable` if it panicked.
    pub async fn run<T, F>(&self, act: impl FnOnce(std::sync::Arc<SignIn>) -> F) -> Result<T, SignInError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, SignInError>> + Send + 'static,
    {
        let place = self.parts.extensions.get::<Place>().cloned();
        let act = act(self.state.sign_in.clone());
        to_its_end(async move {
            let _place = place;
            act.await
        })
        .await
    }

    /// Gives the browser its session, knows it again next time, and takes the used challenge away.
    pub fn begin_session(&self, signed_in: &SignedIn) {
        self.append(cookies::set_session(self.site(), &signed_in.session));
        self.append(cookies::set_device(self.site(), &signed_in.device));
        self.append(cookies::clear(self.site(), "challenge"));
    }

    /// Takes the session and the challenge away; what a browser keeps beside cookies goes too (ASVS 14.3.1).
    pub fn end_session(&self) {
        self.append(cookies::clear(self.site(), "session"));
        self.append(cookies::clear(self.site(), "challenge"));
        let everything_else = HeaderValue::from_static("\"cache\", \"storage\"");
        self.response.insert_header(HeaderName::from_static("clear-site-data"), everything_else);
    }

    /// Gives the browser its challenge, and sends it to where the code is typed.
    pub fn wait_for_code(&self, requested: &CodeRequested) {
        let (CodeRequested::Sent(secret, _) | CodeRequested::AlreadyWaiting(secret)) = requested;
        self.append(cookies::set_challenge(self.site(), secret));
        if matches!(requested, CodeRequested::Sent(_, Delivery::InDoubt)) {
            self.notify(Notice::CodeInDoubt);
        }
        self.redirect("/sign-in/code");
    }

    /// Leaves good news for the next page.
    pub fn notify(&self, notice: Notice) {
        self.append(cookies::set_flash(self.site(), &Flash::notice(notice)));
    }

    /// Leaves recovery codes for the next page, which shows them once: encrypted, and gone after a minute.
    pub fn hand_over(&self, codes: &[RecoveryCode]) {
        let recovery_codes = codes.iter().map(RecoveryCode::reveal).collect();
        self.append(cookies::set_flash(self.site(), &Flash { recovery_codes, ..Flash::default() }));
    }

    /// Sends the browser on; one of the fixed paths.
    pub fn redirect(&self, path: &'static str) {
        leptos_axum::redirect(path);
    }

    fn site(&self) -> &Site {
        &self.state.site
    }

    fn append(&self, set_cookie: Option<SetCookie>) {
        if let Some(value) = set_cookie {
            self.response.append_header(header::SET_COOKIE, value);
        }
    }
}
