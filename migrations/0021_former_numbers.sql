-- Numbers that accounts have left lately. Until `kept_until_ms` whoever has the number can take the account back with the code
-- that was sent there (kept as a keyed digest), and nobody else gets an account with it.
CREATE TABLE former_numbers (
  phone TEXT NOT NULL PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  kept_until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- For the account that takes its number back, and for the clean-up.
CREATE INDEX former_numbers_by_user ON former_numbers (user_id);
CREATE INDEX former_numbers_by_end ON former_numbers (kept_until_ms);
