-- Guesses that were not right, for the limits beyond the five of a challenge: under a keyed hash of the number (or the lane
-- of a known device) and one of the visitor's network. A guess is written before it is judged and taken back when it was
-- right; `guess` says which one it was.
CREATE TABLE wrong_guesses (
  throttle BLOB NOT NULL CHECK (length(throttle) = 32),
  at_ms INTEGER NOT NULL,
  guess BLOB NOT NULL CHECK (length(guess) = 16),
  PRIMARY KEY (throttle, at_ms, guess)
) STRICT, WITHOUT ROWID;

-- For the clean-up.
CREATE INDEX wrong_guesses_by_time ON wrong_guesses (at_ms);

-- Wrong guesses in a row since the last right one. No time, for none resets it: NIST SP 800-63B-4 §3.2.2 counts failures,
-- not failures a day.
CREATE TABLE failures (
  throttle BLOB NOT NULL PRIMARY KEY CHECK (length(throttle) = 32),
  count INTEGER NOT NULL CHECK (count > 0)
) STRICT, WITHOUT ROWID;
