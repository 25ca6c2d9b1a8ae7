-- Whether the codes to a destination prefix (a keyed hash of the number without its last four digits) were used. A prefix
-- whose codes nobody uses is sent to for somebody's profit.
CREATE TABLE send_outcomes (
  prefix BLOB NOT NULL CHECK (length(prefix) = 32),
  sent_at_ms INTEGER NOT NULL,
  challenge_id BLOB NOT NULL CHECK (length(challenge_id) = 32),
  is_used INTEGER NOT NULL DEFAULT 0 CHECK (is_used IN (0, 1)),
  PRIMARY KEY (prefix, sent_at_ms, challenge_id)
) STRICT, WITHOUT ROWID;

-- For the clean-up.
CREATE INDEX send_outcomes_by_time ON send_outcomes (sent_at_ms);
