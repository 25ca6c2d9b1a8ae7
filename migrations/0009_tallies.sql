-- Sums by name and time: what was sent and what it cost (`sends`, and `sends:IR` for a country), guesses that were wrong
-- (`wrong`, and `wrong:day` for the days of four weeks), and what a limit that only records would have refused
-- (`over:phone_sends`). Of thousands of messages only a few rows are read.
CREATE TABLE tallies (
  name TEXT NOT NULL,
  bucket_ms INTEGER NOT NULL,
  count INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  PRIMARY KEY (name, bucket_ms)
) STRICT, WITHOUT ROWID;

-- For the clean-up.
CREATE INDEX tallies_by_time ON tallies (bucket_ms);
