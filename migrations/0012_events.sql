-- What happened, for the operator and for the person it happened to: a row is added and never changed. It holds a keyed hash
-- and two digits of the number, a network and no address, and goes after thirty days.
--
-- No reference to the user: when an account is deleted, `user_id` becomes NULL and what remains says nothing of a person.
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  number INTEGER,
  user_id INTEGER,
  phone TEXT NOT NULL,
  network TEXT NOT NULL,
  browser TEXT NOT NULL,
  request TEXT NOT NULL
) STRICT;

-- A user's own, newest first, and the clean-up.
CREATE INDEX events_by_user ON events (user_id, at_ms);
CREATE INDEX events_by_time ON events (at_ms);

CREATE TRIGGER events_are_never_changed
BEFORE UPDATE OF id, at_ms, kind, detail, number, phone, network, browser, request ON events
BEGIN
  SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER events_only_lose_their_user
BEFORE UPDATE OF user_id ON events WHEN NEW.user_id IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'events only lose their user');
END;
