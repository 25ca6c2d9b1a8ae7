-- When an account goes, after its owner asked for it: a week later, so that a stolen session cannot destroy it at once. The
-- clean-up looks for those whose week is over; hardly any row is in this index.
ALTER TABLE users ADD COLUMN deletes_at_ms INTEGER;
CREATE INDEX users_to_delete ON users (deletes_at_ms) WHERE deletes_at_ms IS NOT NULL;
