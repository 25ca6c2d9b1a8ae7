-- The words by which people stop texts to a number and take that back, as providers pass them on. The newest of a number holds. The
-- number is a keyed hash, as in the limits: it stays when its account goes, for it is the number that must get no text, and nobody
-- learns from it whose it was. Earlier words stay too, by the names of their messages: a call that is repeated later, signed and all,
-- must not stop a number again whose owner took it back. The numbers 0032 to 0039 are left to changes that were begun before this one.
CREATE TABLE opt_outs (
  heard INTEGER PRIMARY KEY,
  phone BLOB NOT NULL CHECK (length(phone) = 32),
  provider TEXT NOT NULL,
  message TEXT NOT NULL,
  is_stop INTEGER NOT NULL CHECK (is_stop IN (0, 1)),
  said_at_ms INTEGER NOT NULL,
  UNIQUE (provider, message)
) STRICT;

-- For the newest word of a number, before each message to it.
CREATE INDEX opt_outs_by_phone ON opt_outs (phone, said_at_ms, heard);
