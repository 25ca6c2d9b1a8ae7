//! Every route of the contract, and the layers around them.

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any, get, post},
};
use leptos::prelude::provide_context;
use leptos_axum::handle_server_fns_with_context;
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer, trace::TraceLayer,
};

use super::{
    form_post, health, host,
    message_events::{EVENTS_PATH, message_events},
    overload, request_id, same_origin, security_headers, static_files,
    visitor::{address, request_id},
    webhooks,
};
use crate::{
    server::{
        sms::callback::CALLBACK_PATH,
        state::{AppState, Site},
    },
    ui::components::brand::brand_css,
    ui::pages::{
        account::account_page, account_data::account_data, code::code_page, home::home_page,
        in_doubt::in_doubt_page, inbox::inbox_page, number::number_page, phone::phone_page,
        problem::problem_page, recover::recover_page, recovery_codes::recovery_codes_page, undo::undo_page,
    },
};

/// No path of ours has more.
const LOGGED_PATH_CHARACTERS: usize = 100;

/// Every server function, by the end of its path.
const SERVER_FUNCTIONS: [&str; 19] = [
    "request_code",
    "resend_code",
    "verify_code",
    "sign_out",
    "end_session",
    "end_other_sessions",
    "end_all_sessions",
    "forget_device",
    "forget_all_devices",
    "confirm",
    "delete_account",
    "keep_account",
    "make_recovery_codes",
    "recover",
    "change_number",
    "undo_change",
    "claim_by_code",
    "claim_by_waiting",
    "begin_anew",
];

/// The whole application as one service.
pub fn router(state: AppState) -> Router {
    // leptos draws on the runtime it is told of; it is told once, and a second time changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let routes = Router::new()
        .merge(pages(&state))
        .merge(server_functions(&state))
        .merge(files(&state))
        .merge(routed(others()))
        .fallback_service(plain_files(&state))
        .method_not_allowed_fallback(method_not_allowed);
    guarded(routes, state)
}

/// Puts around routes what every answer has, whatever the route does: the security headers, a span in the log, a plain answer after a
/// panic, the check of the host and of where a post comes from. Whoever would begin where nobody can gets the headers alone.
pub fn guarded(routes: Router<AppState>, state: AppState) -> Router {
    let site = state.site.clone();
    let span = move |request: &Request| request_span(&site, request);
    // One layer of several, the outermost first: around each layer of a router axum builds a box, and copies all boxes within it for
    // every request.
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), security_headers::add))
        .layer(from_fn_with_state(state.clone(), overload::refuse_to_begin))
        .layer(from_fn(request_id::name))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_response(log_response).on_failure(()))
        .layer(CatchPanicLayer::custom(|_| generic_failure()))
        .layer(from_fn_with_state(state.clone(), host::check));
    routes
        .layer(from_fn_with_state(state.clone(), same_origin::check))
        .merge(webhooks::routes())
        .layer(layers)
        .with_state(state)
}

type Routes = Vec<(&'static str, MethodRouter<AppState>)>;

/// Where a person's browser may be: the pages.
pub fn page_paths() -> Vec<&'static str> {
    page_routes().into_iter().map(|(path, _)| path).collect()
}

/// Where a person acts: the server functions.
pub fn act_paths() -> Vec<String> {
    SERVER_FUNCTIONS.iter().map(|name| format!("/api/{name}")).collect()
}

/// What is neither a page nor an act nor a file: for machines.
pub fn other_paths() -> Vec<&'static str> {
    others().into_iter().map(|(path, _)| path).collect()
}

fn page_routes() -> Routes {
    vec![
        ("/", get(home_page)),
        ("/sign-in", get(phone_page)),
        ("/sign-in/code", get(code_page)),
        ("/account", get(account_page)),
        ("/account/data.json", get(account_data)),
        ("/account/recovery-codes", get(recovery_codes_page)),
        ("/account/number", get(number_page)),
        ("/account/in-doubt", get(in_doubt_page)),
        ("/recover", get(recover_page)),
        ("/undo", get(undo_page)),
    ]
}

fn others() -> Routes {
    vec![
        (EVENTS_PATH, get(message_events)),
        ("/healthz", get(health::healthz)),
        ("/readyz", get(health::readyz)),
        ("/brand.css", get(brand)),
    ]
}

fn routed(routes: Routes) -> Router<AppState> {
    routes.into_iter().fold(Router::new(), |router, (path, methods)| router.route(path, methods))
}

fn pages(state: &AppState) -> Router<AppState> {
    let inbox = state.inbox.as_ref().map(|_| ("/dev/inbox", get(inbox_page)));
    let layers = ServiceBuilder::new()
        // A page holds no secret that its size could tell (BREACH): secrets travel in cookies alone.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(state.clone(), overload::shed))
        .layer(from_fn_with_state(state.clone(), form_post::clear_shown_flash));
    routed(page_routes().into_iter().chain(inbox).collect()).layer(layers)
}

fn server_functions(state: &AppState) -> Router<AppState> {
    act_paths()
        .iter()
        .fold(Router::new(), |router, path| router.route(path, post(server_function)))
        .layer(from_fn_with_state(state.clone(), form_post::layer))
}

/// Files with the hash of their content in their names.
fn files(state: &AppState) -> Router<AppState> {
    let options = &state.leptos_options;
    let directory = static_files::directory(options, &options.site_pkg_dir)
        .fallback(get(not_found).with_state(state.clone()));
    let files = Router::new().nest_service(&format!("/{}", options.site_pkg_dir), directory);
    let files = if options.hash_files { files.layer(from_fn(static_files::keep_for_ever)) } else { files };
    files
        .layer(from_fn_with_state(state.clone(), static_files::refuse_what_is_no_name))
        .layer(from_fn_with_state(state.clone(), overload::shed))
}

/// Files with plain names, such as the icon, lie at the root; what is not there is not found.
fn plain_files(state: &AppState) -> Router {
    let directory =
        static_files::directory(&state.leptos_options, "").call_fallback_on_method_not_allowed(true);
    Router::new()
        .fallback_service(directory.fallback(any(not_found).with_state(state.clone())))
        .layer(from_fn(static_files::keep_for_an_hour))
        .layer(from_fn_with_state(state.clone(), static_files::refuse_what_is_no_name))
        .layer(from_fn_with_state(state.clone(), overload::shed))
}

/// The brand colour as CSS custom properties; a stylesheet of its own, for no style is inline.
async fn brand(State(state): State<AppState>) -> Response {
    match state.site.brand_colour.as_deref().and_then(brand_css) {
        Some(css) => static_files::stylesheet(css),
        None => not_found(State(state)).await,
    }
}

async fn server_function(State(state): State<AppState>, request: Request) -> impl IntoResponse {
    handle_server_fns_with_context(move || provide_context(state.clone()), request).await
}

async fn not_found(State(state): State<AppState>) -> Response {
    problem_page(&state, StatusCode::NOT_FOUND, None).await
}

async fn method_not_allowed(State(state): State<AppState>) -> Response {
    problem_page(&state, StatusCode::METHOD_NOT_ALLOWED, None).await
}

fn generic_failure() -> Response {
    let text = "Sorry, something went wrong on our side. Go back and try again.\n";
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}

/// What the log says of a request: never its query, its cookies or its body. Its number ties together what the log says
/// of it (ASVS 16.2.1).
fn request_span(site: &Site, request: &Request) -> tracing::Span {
    let client = address(site, request.headers(), request.extensions()).map(tracing::field::display);
    let id = request_id(request.extensions());
    let path = logged_path(request.uri().path());
    tracing::info_span!("request", id, method = %request.method(), path, client)
}

/// A path may be 16 KiB of anything: what the log keeps is short, visible and ASCII, and no secret of a webhook.
fn logged_path(path: &str) -> String {
    let visible = |character: char| if character.is_ascii_graphic() { character } else { '?' };
    let is_webhook = path.starts_with(CALLBACK_PATH);
    let end = path.match_indices('/').nth(3).filter(|_| is_webhook).map(|(end, _)| end);
    let path = end.and_then(|end| path.get(..end)).unwrap_or(path);
    path.chars().take(LOGGED_PATH_CHARACTERS).map(visible).collect()
}

/// One line for each answer. What the library would say of every 5xx besides is not wanted: it has no more than the status, and under
/// overload that is thousands of errors in a second which are none.
fn log_response<B>(response: &axum::http::Response<B>, latency: std::time::Duration, _span: &tracing::Span) {
    tracing::info!(
        event = "answered",
        status = response.status().as_u16(),
        milliseconds = latency.as_secs_f64() * 1000.0
    );
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use leptos::server_fn::axum::server_fn_paths;

    use super::*;

    /// One that is missing here would answer nobody; one that took a `GET` could be called by a link.
    #[test]
    fn every_server_function_has_its_route_and_takes_posts_alone() {
        let mut registered: Vec<_> =
            server_fn_paths().map(|(path, method)| (path.to_owned(), method)).collect();
        registered.sort_by(|one, other| one.0.cmp(&other.0));
        let mut routed: Vec<_> = act_paths().into_iter().map(|path| (path, Method::POST)).collect();
        routed.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(registered, routed);
    }

    #[test]
    fn the_log_keeps_no_secret_of_a_webhook() {
        for (path, logged) in [
            ("/webhooks/sms/http/a-long-random-word", "/webhooks/sms/http"),
            ("/webhooks/sms/http/", "/webhooks/sms/http"),
            ("/webhooks/sms/http/a/b", "/webhooks/sms/http"),
            ("/webhooks/sms/twilio", "/webhooks/sms/twilio"),
            ("/sign-in/code/a/b", "/sign-in/code/a/b"),
        ] {
            assert_eq!(logged_path(path), logged, "{path}");
        }
    }
}
