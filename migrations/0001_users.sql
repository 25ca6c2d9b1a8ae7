-- Who signs in. A user is made, inactive, when a number first asks for a code: the answer to a known and to an unknown
-- number is then the same, and nobody is registered who did not prove the number.
--
-- AUTOINCREMENT: a deleted user's id is never given to someone else, so that an old log line means one person for ever.
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  phone TEXT NOT NULL UNIQUE CHECK (phone GLOB '+[1-9]*' AND phone NOT GLOB '+*[^0-9]*' AND length(phone) <= 16),
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  created_at_ms INTEGER NOT NULL,
  activated_at_ms INTEGER,
  CHECK ((is_active = 1) = (activated_at_ms IS NOT NULL))
) STRICT;

-- The clean-up looks for users who never verified a code; the active ones, the most, are not in this index.
CREATE INDEX users_inactive ON users (created_at_ms) WHERE is_active = 0;
