-- When codes were sent, for the waits and the quotas. They are counted by a keyed hash of the number and outlive the
-- attempt. The code's digest is in the key so that a message that was not accepted takes back its own send, and no other
-- one of the same millisecond.
CREATE TABLE sends (
  throttle BLOB NOT NULL CHECK (length(throttle) = 32),
  sent_at_ms INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  PRIMARY KEY (throttle, sent_at_ms, digest)
) STRICT, WITHOUT ROWID;

-- For the clean-up.
CREATE INDEX sends_by_time ON sends (sent_at_ms);
