-- Who is signed in. The name is the SHA-256 of the cookie, so that a reader of the database owns no session.
CREATE TABLE sessions (
  digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
  user_id INTEGER NOT NULL REFERENCES users (id),
  created_at_ms INTEGER NOT NULL,
  last_seen_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A session ends by its age or by idleness: the clean-up looks for both. Deleting a user looks for their sessions.
CREATE INDEX sessions_by_creation ON sessions (created_at_ms);
CREATE INDEX sessions_by_last_sight ON sessions (last_seen_at_ms);
CREATE INDEX sessions_by_user ON sessions (user_id);
