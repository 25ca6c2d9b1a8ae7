-- Numbers are given to somebody else after a while. When an account was used last; since when it is in doubt whose it is, for
-- somebody signed in to it after a long time in a browser that was not known; and when whoever did so said that it is theirs.
-- An account of before has no time of use: its devices say when, or the time of its first code.
ALTER TABLE users ADD COLUMN last_seen_at_ms INTEGER;
ALTER TABLE users ADD COLUMN doubted_at_ms INTEGER;
ALTER TABLE users ADD COLUMN claimed_at_ms INTEGER;
