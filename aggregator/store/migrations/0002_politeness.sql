-- What sites ask of their visitors.

-- Where permanent redirects (301, 308) lead, so that a source that has moved for good is told of.
ALTER TABLE endpoint ADD COLUMN moved_to TEXT;                  -- NULL: it last answered in its own place
ALTER TABLE endpoint ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;  -- how many looks in a row have led there

-- Hosts that asked to be left alone for a time (Retry-After). Always read and replaced whole: there are few of them.
CREATE TABLE rest (
  host   TEXT PRIMARY KEY,              -- with its port, where that is not the scheme's own
  until  TEXT NOT NULL,
  status INTEGER NOT NULL               -- with which it asked: 429 or 503
) WITHOUT ROWID;
