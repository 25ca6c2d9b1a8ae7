-- What became of the messages that a provider took under a name: for the page of the code, and for the operator who looks for a
-- message. It holds neither number nor text, and goes with its attempt. A provider that tells no name has no rows here.
CREATE TABLE messages (
  provider TEXT NOT NULL,
  id TEXT NOT NULL,
  challenge_id BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  taken_at_ms INTEGER NOT NULL,
  told_at_ms INTEGER,
  PRIMARY KEY (provider, id)
) STRICT, WITHOUT ROWID;

-- For the page, and for the deletion of an attempt.
CREATE INDEX messages_by_challenge ON messages (challenge_id, taken_at_ms);
