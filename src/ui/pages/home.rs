//! `GET /`: signed in.

use axum::{
    extract::{Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use leptos::prelude::*;

use super::problem::problem_page;
use crate::{
    app::{Page, render},
    domain::session::Session,
    server::{http::cookies::Cookies, state::AppState},
    ui::components::{
        clock_time::{date_and_time, machine_time},
        help::Help,
        masked_number::MaskedNumber,
    },
};

/// Shows who is signed in. Whoever is not goes to the phone page.
pub async fn home_page(State(state): State<AppState>, request: Request) -> Response {
    let cookies = Cookies::from_headers(&state.site, request.headers());
    match state.sign_in.session(cookies.session().as_ref()).await {
        Err(error) => problem_page(&state, error.into(), Some(error)).await,
        Ok(None) => Redirect::to("/sign-in").into_response(),
        Ok(Some(session)) if state.sign_in.is_in_doubt(&session) => {
            Redirect::to("/account/in-doubt").into_response()
        }
        Ok(Some(session)) => show(&state, session).await,
    }
}

async fn show(state: &AppState, session: Session) -> Response {
    let site = state.site.clone();
    render(state, Page::new("You are signed in"), move || {
        view! {
            <main>
                {session.deletes_at.map(|at| view! {
                    <p class="notice" role="status">
                        "This account will be deleted on " {date_and_time(at)} ". " <a href="/account">"Keep it"</a>
                    </p>
                })}
                <h1>"You are signed in"</h1>
                <MaskedNumber phone=session.phone.clone()/>
                <dl>
                    <dt>"Since"</dt>
                    <dd>
                        <time datetime=machine_time(session.created_at)>{date_and_time(session.created_at)}</time>
                    </dd>
                </dl>
                {(!session.has_recovery_codes).then(recovery_codes)}
                <p><a class="button" href="/account">"Your account"</a></p>
                <form method="post" action="/api/sign_out">
                    <button class="button secondary">"Sign out"</button>
                </form>
            </main>
            <footer>
                <Help site_name=site.name.clone() help_url=site.help_url.clone()/>
            </footer>
        }
    })
    .await
}

/// The way back in is made while one is in: offered until there is one.
fn recovery_codes() -> impl IntoView {
    view! {
        <p class="notice">
            "If you lose your phone, a recovery code lets you back in. "
            <a href="/account#recovery-codes">"Make recovery codes"</a>
        </p>
    }
}
