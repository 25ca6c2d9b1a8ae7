-- Browsers that signed in with a number before. They spend from budgets of their own (`lane`), so that a stranger who used
-- up a number's budgets has not locked its owner out.
--
-- The name is the SHA-256 of a cookie that changes with every sign-in; `id` and `lane` stay, so that a sign-in refills
-- nothing. One browser may know several numbers: a row for each.
CREATE TABLE devices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  lane BLOB NOT NULL CHECK (length(lane) = 32),
  browser TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  last_used_at_ms INTEGER NOT NULL,
  UNIQUE (digest, user_id)
) STRICT;

-- For the list of a user's devices, newest last, and for the clean-up.
CREATE INDEX devices_by_user ON devices (user_id, last_used_at_ms);
CREATE INDEX devices_by_last_use ON devices (last_used_at_ms);
