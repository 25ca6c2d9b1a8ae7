-- The events of a deleted account keep that something happened and lose everything that is about the person: the keyed hash
-- and the end of the number, the network and the browser, with the user. Until now only the user was lost.
DROP TRIGGER events_are_never_changed;

CREATE TRIGGER events_are_never_changed
BEFORE UPDATE OF id, at_ms, kind, detail, number, request ON events
BEGIN
  SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER events_only_lose_their_person
BEFORE UPDATE OF phone, network, browser ON events
WHEN NEW.phone <> '' OR NEW.network <> '' OR NEW.browser <> ''
BEGIN
  SELECT RAISE(ABORT, 'events only lose their person');
END;
