-- Codes on paper, as keyed digests. A used one stays, so that it is known to be used; new ones take the place of all.
CREATE TABLE recovery_codes (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  created_at_ms INTEGER NOT NULL,
  used_at_ms INTEGER,
  PRIMARY KEY (user_id, digest)
) STRICT, WITHOUT ROWID;
