-- What editors decided themselves, and what a link rests on in the item.

-- An editor's word on whether an item bears on an article: it stands, however the linker scores them.
CREATE TABLE verdict (
  item    INTEGER NOT NULL REFERENCES item,
  article TEXT NOT NULL,                -- its id; the article need not be configured at the moment
  verdict TEXT NOT NULL,                -- "pin" or "reject"
  at      TEXT NOT NULL,
  PRIMARY KEY (item, article)
) WITHOUT ROWID;
-- All verdicts on an article, when its links are made again.
CREATE INDEX verdict_article ON verdict (article, item);

ALTER TABLE link ADD COLUMN sentence TEXT;          -- the item's own sentence that the link rests on; NULL: none in particular
