-- The operator's word at run time: a limit's name and what holds in place of the configuration, perhaps for a while. Every
-- server on this database follows at its next act.
CREATE TABLE overrides (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  set_at_ms INTEGER NOT NULL,
  until_ms INTEGER
) STRICT, WITHOUT ROWID;
