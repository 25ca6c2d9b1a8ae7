//! Work that goes on when whoever waits for it goes away.

use tracing::Instrument as _;

use crate::domain::sign_in_error::SignInError;

/// Runs it in a task of its own, which is not dropped with the connection of a browser that left. Whatever writes goes this way:
/// of a commit that is given up nobody learns that the disk failed.
///
/// # Errors
/// What it says itself; `unavailable` if it panicked.
pub async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, SignInError>> + Send + 'static,
) -> Result<T, SignInError> {
    tokio::spawn(work.in_current_span()).await.unwrap_or(Err(SignInError::Unavailable))
}
