//! Whether sign-ins can work, for anybody to ask and as often as they like.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

/// One check at a time. Whoever asks while one is under way waits for the next, and all of them share it: however many ask, at
/// most two turns at the one writer of the database are theirs.
#[derive(Debug, Default)]
pub struct Readiness {
    begun: AtomicU64,
    /// Which check was the last, and what it found.
    last: Mutex<(u64, bool)>,
}

impl Readiness {
    /// The result of a check that began after this was asked.
    pub async fn ask(&self, check: impl Future<Output = bool>) -> bool {
        let earlier = self.begun.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.0 > earlier {
            return last.1;
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        *last = (number, check.await);
        last.1
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{sync::Semaphore, task::JoinSet};

    use super::*;

    #[tokio::test]
    async fn a_thousand_who_ask_are_two_checks() {
        let (readiness, may_end) = (Arc::new(Readiness::default()), Arc::new(Semaphore::new(0)));
        let checks = Arc::new(AtomicU64::new(0));
        let mut asking = JoinSet::new();
        for _ in 0..1000 {
            let (readiness, may_end, checks) = (readiness.clone(), may_end.clone(), checks.clone());
            asking.spawn(async move {
                let check = async {
                    checks.fetch_add(1, Ordering::SeqCst);
                    may_end.acquire().await.is_ok()
                };
                readiness.ask(check).await
            });
        }
        // All of them have asked, and the first check is under way.
        tokio::task::yield_now().await;
        may_end.add_permits(1000);
        assert!(asking.join_all().await.into_iter().all(|is_ready| is_ready));
        assert_eq!(checks.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn each_question_is_answered_by_what_holds_after_it() {
        let readiness = Readiness::default();
        for is_ready in [true, false, false, true] {
            assert_eq!(readiness.ask(async { is_ready }).await, is_ready);
        }
    }
}
