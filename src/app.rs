//! The document around every page.

use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY},
    },
    response::Response,
};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::{ResponseOptions, render_app_async_with_context};

use crate::{
    server::state::{AppState, Site},
    ui::components::{assets::Assets, wording::TITLE_ERROR},
};

/// What the document needs to know of its page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The answer's status.
    pub status: StatusCode,
    /// What this step is called; the site's name follows it.
    pub title: &'static str,
    /// Whether the page shows an error; the title then says so first.
    pub has_error: bool,
    /// What search engines say of the page; `None`: they are asked to leave it out.
    pub description: Option<&'static str>,
}

impl Page {
    /// A page that is what was asked for.
    pub fn new(title: &'static str) -> Self {
        Self { status: StatusCode::OK, title, has_error: false, description: None }
    }

    fn full_title(&self, site: &Site) -> String {
        let prefix = if self.has_error { TITLE_ERROR } else { "" };
        format!("{prefix}{} – {}", self.title, site.name)
    }
}

/// Draws a page. The renderer is given no part of the request, so that nothing of it can get onto the page by this way.
pub async fn render<V: IntoView + 'static>(
    state: &AppState,
    page: Page,
    content: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> Response {
    let site = state.site.clone();
    let assets = Assets::get(&state.leptos_options);
    let status = page.status;
    let nonce = state.sign_in.draw_form_nonce();
    let document = move || {
        provide_context(nonce.clone());
        document(&site, assets, &page, content().into_any())
    };
    let draw = render_app_async_with_context(move || set_headers(status), document);
    draw(Request::<Body>::default()).await
}

fn set_headers(status: StatusCode) {
    let response = expect_context::<ResponseOptions>();
    response.set_status(status);
    response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Without a nonce no script runs, and the page still works.
    let nonce = use_nonce().map(|nonce| format!("'nonce-{nonce}' ")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src {nonce}'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self' {nonce}; \
         connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
         object-src 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy.replace(" ;", ";")) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

fn document(site: &Site, assets: &'static Assets, page: &Page, content: AnyView) -> impl IntoView + use<> {
    // Only islands are taken over by the browser: the rest needs no marks for it.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let brand = site.brand_colour.is_some().then(|| view! { <link rel="stylesheet" href="/brand.css"/> });
    let logo = site.logo_url.clone().unwrap_or_else(|| "/favicon.svg".to_owned());
    view! {
        <!DOCTYPE html>
        <html lang="en" dir="ltr">
            <head>
                <meta charset="utf-8"/>
                <title>{page.full_title(site)}</title>
                <meta name="viewport" content="width=device-width,initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#f5f5f2" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#121413" media="(prefers-color-scheme: dark)"/>
                {match page.description {
                    Some(description) => view! { <meta name="description" content=description/> },
                    None => view! { <meta name="robots" content="noindex"/> },
                }}
                <link rel="icon" href="/favicon.svg"/>
                <link rel="stylesheet" href=assets.css.as_str()/>
                {brand}
                {scripts(assets)}
            </head>
            <body>
                <header class="site">
                    <img src=logo alt="" width="32" height="32"/>
                    <span>{site.name.clone()}</span>
                </header>
                {content}
            </body>
        </html>
    }
}

/// Loads the WebAssembly and wakes the islands, none of which lies within another.
fn scripts(assets: &'static Assets) -> impl IntoView + use<> {
    let nonce = use_nonce();
    let Assets { js, wasm, .. } = assets;
    let wake = format!(
        r#"import init,*as app from"{js}";init({{module_or_path:"{wasm}"}}).then(()=>{{app.hydrate();for(let it of document.querySelectorAll("leptos-island"))app[it.dataset.component](it)}})"#
    );
    view! {
        <link rel="preload" href=wasm.as_str() r#as="fetch" crossorigin/>
        <script type="module" nonce=nonce inner_html=wake></script>
    }
}
