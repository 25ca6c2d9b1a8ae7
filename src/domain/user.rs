//! A person's account.

/// Identifies a user row. Never shown to anyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserId(i64);

impl UserId {
    /// Wraps the store's row number.
    pub fn new(id: i64) -> Self {
        Self(id)
    }

    /// The store's row number.
    pub fn get(self) -> i64 {
        self.0
    }
}
