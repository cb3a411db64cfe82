-- What may be let go of after a time, and how far the daily upkeep got.

-- Texts of a version that were let go of, though it had them.
ALTER TABLE version ADD COLUMN dropped TEXT NOT NULL DEFAULT '[]';  -- JSON: names of columns, "content" before "summary"

-- Texts that are kept, the longest kept first: what retention has done with is in it no more.
CREATE INDEX version_texts ON version (seen, id, item) WHERE summary IS NOT NULL OR content IS NOT NULL;

-- The daily upkeep, one row.
CREATE TABLE upkeep (
  one     INTEGER PRIMARY KEY CHECK (one = 1),
  done    TEXT,                         -- when it was last done; NULL: never
  seen    TEXT NOT NULL DEFAULT '',     -- of the version that retention came to last, in the order of version_texts
  version INTEGER NOT NULL DEFAULT 0    -- the same version's id
);
INSERT INTO upkeep (one) VALUES (1);
