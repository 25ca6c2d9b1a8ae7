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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{sync::oneshot, time::timeout};

    use super::*;

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_for_it_any_more() {
        let ((begin, begun), (done, is_done)) = (oneshot::channel::<()>(), oneshot::channel());
        let work = to_its_end(async move {
            begun.await.unwrap();
            done.send(()).unwrap();
            Ok(())
        });
        assert!(timeout(Duration::from_millis(10), work).await.is_err(), "it waits, and is given up");
        begin.send(()).unwrap();
        is_done.await.unwrap();
    }

    #[tokio::test]
    async fn work_that_panics_is_unavailable() {
        let done: Result<(), _> = to_its_end(async { panic!("on purpose") }).await;
        assert_eq!(done, Err(SignInError::Unavailable));
    }
}
