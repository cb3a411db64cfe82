-- How sources do: what their endpoints used to give, how often they publish, and their troubles from beginning to end.

ALTER TABLE endpoint ADD COLUMN shape TEXT;       -- JSON: {usual, last}, each as Shape has it; NULL: nothing was read yet
ALTER TABLE source ADD COLUMN cadence TEXT;       -- JSON, as Cadence has it; NULL: nothing was learned yet

-- A trouble of a source from its beginning to its end; several of one kind at the same time are one.
CREATE TABLE episode (
  source      TEXT NOT NULL REFERENCES source,
  kind        TEXT NOT NULL,
  since       TEXT NOT NULL,
  explanation TEXT NOT NULL,
  updated     TEXT NOT NULL,            -- when it began, ended, or was last explained otherwise
  ended       TEXT,                     -- NULL: it lasts
  PRIMARY KEY (source, kind, since)
) WITHOUT ROWID;
-- Those that last first, then the newest.
CREATE INDEX episode_newest ON episode ((ended IS NOT NULL), updated DESC, source, kind);

-- Troubles that began under an older version.
INSERT OR IGNORE INTO episode (source, kind, since, explanation, updated)
SELECT source.id, each.value ->> 'kind', each.value ->> 'since', each.value ->> 'explanation', each.value ->> 'since'
FROM source, json_each(source.trouble) AS each;
