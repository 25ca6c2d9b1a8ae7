//! The HTTP edge: routes, cookies, checks and headers around the pages and the server functions.

pub mod act;
pub mod browser_name;
pub mod client_ip;
pub mod cookies;
pub mod event_streams;
pub mod flash;
pub mod form_body;
pub mod form_post;
pub mod health;
pub mod host;
pub mod message_events;
pub mod overload;
mod percent;
pub mod request_id;
pub mod router;
pub mod same_origin;
pub mod security_headers;
pub mod static_files;
pub mod visitor;
pub mod webhooks;
