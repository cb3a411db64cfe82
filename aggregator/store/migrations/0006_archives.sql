-- Which entries of a feed its archives hold (RFC 5005, 4), and what the WebSub hubs have still to be told.
-- A feed is named as its scope is published: "all", "sources/nato", "articles/summit/linked", "articles/summit/nato".

-- Entries that no archive of the feed holds as they are now: new ones, and archived ones that were edited since.
CREATE TABLE unarchived (
  item INTEGER NOT NULL REFERENCES item,
  feed TEXT NOT NULL,
  PRIMARY KEY (item, feed)
) WITHOUT ROWID;
-- What the live feed has to show, and what the next archive takes.
CREATE INDEX unarchived_feed ON unarchived (feed, item);

-- The archive of the feed that holds the entry as it is now. An entry that was unlinked since keeps its row: it is there.
CREATE TABLE archived (
  item   INTEGER NOT NULL REFERENCES item,
  feed   TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (item, feed)
) WITHOUT ROWID;
-- The entries of an archive whose file was lost.
CREATE INDEX archived_number ON archived (feed, number, item);

-- The archives of each feed, numbered from 1.
CREATE TABLE archive (
  feed   TEXT NOT NULL,
  number INTEGER NOT NULL,
  sha256 TEXT,                          -- of the file; NULL: it is still to be written
  PRIMARY KEY (feed, number)
) WITHOUT ROWID;
-- What is still to be written, most often nothing.
CREATE INDEX archive_unwritten ON archive (feed, number) WHERE sha256 IS NULL;

-- Everything that is stored already has been in no archive.
INSERT INTO unarchived (item, feed) SELECT id, 'all' FROM item;
INSERT INTO unarchived (item, feed) SELECT item, 'sources/' || source FROM origin;
INSERT INTO unarchived (item, feed) SELECT DISTINCT item, 'articles/' || article || '/linked' FROM link;
INSERT INTO unarchived (item, feed) SELECT item, 'articles/' || article || '/' || annotation FROM link;

-- Feeds that a hub has still to be told of. Bounded: one row for each hub and file, and none is older than a day.
CREATE TABLE ping (
  hub   TEXT NOT NULL,
  path  TEXT NOT NULL,                  -- of the file, below the output folder
  since TEXT NOT NULL,                  -- when it last changed
  PRIMARY KEY (hub, path)
) WITHOUT ROWID;
