//! A name for each request, by which the log and the record speak of the same one (ASVS 16.2.1).

use axum::{extract::Request, middleware::Next, response::Response};

use crate::server::entropy::{Entropy as _, SystemEntropy};

/// The name: 16 hexadecimal digits, drawn here, so that no visitor can choose one.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The layer that names the request before anything speaks of it.
pub async fn name(mut request: Request, next: Next) -> Response {
    let id = format!("{:016x}", SystemEntropy.random().next_u64());
    request.extensions_mut().insert(RequestId(id));
    next.run(request).await
}
