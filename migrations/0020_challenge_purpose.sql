-- Whose number the challenge's number is to become; NULL where it is to sign in. The account of `user_id` is then not opened:
-- its number is only proven, and an account that has it already is left alone.
ALTER TABLE challenges ADD COLUMN changes_user_id INTEGER REFERENCES users (id) ON DELETE CASCADE;
CREATE INDEX challenges_by_changed_user ON challenges (changes_user_id) WHERE changes_user_id IS NOT NULL;
