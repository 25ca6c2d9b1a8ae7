-- The codes of an attempt, as keyed digests. A resend adds a code and the earlier ones stay good until their own time is
-- over, so that a code is a row of its own; the guesses are counted on the challenge, once for all its codes.
CREATE TABLE codes (
  challenge_id BLOB NOT NULL REFERENCES challenges (id) ON DELETE CASCADE,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  sent_at_ms INTEGER NOT NULL,
  PRIMARY KEY (challenge_id, sent_at_ms, digest)
) STRICT, WITHOUT ROWID;
