-- Attempts to sign in. The name is the SHA-256 of the browser's cookie, so that a stolen database opens no attempt.
-- `consumed_at_ms` is set once: by the right code, or by a newer attempt of the same browser.
CREATE TABLE challenges (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 32),
  user_id INTEGER NOT NULL REFERENCES users (id),
  phone_as_typed TEXT NOT NULL,
  region TEXT CHECK (length(region) = 2),
  started_at_ms INTEGER NOT NULL,
  guesses INTEGER NOT NULL DEFAULT 0 CHECK (guesses >= 0),
  consumed_at_ms INTEGER
) STRICT, WITHOUT ROWID;

-- For the clean-up: the old ones, and whether a user still has one.
CREATE INDEX challenges_by_start ON challenges (started_at_ms);
CREATE INDEX challenges_by_user ON challenges (user_id);
