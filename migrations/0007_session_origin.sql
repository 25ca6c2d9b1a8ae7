-- Which browser a session is in and roughly where it began, for the list on the account page: words of ours, not what the
-- browser sent, and a network, not an address. Sessions of before say nothing.
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN network TEXT NOT NULL DEFAULT '';
