-- The first schema.
--
-- Instants are text in UTC, always with six decimals and a Z ("2025-08-20T12:00:00.000000Z"): so written, they sort and
-- compare as the instants do, SQLite's date functions take them, and a person can read them.
-- Lists are JSON.  A column that may be NULL says what NULL means; every other one is NOT NULL or part of a primary key.
-- Nothing here is ever scanned: each query of the program goes through one of the keys and indexes below.

PRAGMA application_id = 0x61676772; -- "aggr": tells this database from another program's

-- The site, one row.
CREATE TABLE site (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  id       TEXT,                        -- urn:uuid; NULL until the first run settles it
  created  TEXT,                        -- NULL as long as id is
  revision INTEGER NOT NULL DEFAULT 0   -- grows with every change to what entries show
);
INSERT INTO site (one) VALUES (1);

-- What is remembered of a source between two cycles.
CREATE TABLE source (
  id           TEXT PRIMARY KEY,
  next_due     TEXT,                    -- NULL: due at once
  interval     REAL,                    -- seconds; NULL: no spacing learned yet
  failures     INTEGER NOT NULL,
  last_attempt TEXT,                    -- NULL: never tried
  last_success TEXT,                    -- NULL: never succeeded
  last_item    TEXT,                    -- NULL: never brought an item
  endpoint     TEXT,                    -- the URL that served last; NULL: none has yet
  trouble      TEXT NOT NULL,           -- JSON: [{kind, explanation, since}]
  items        INTEGER NOT NULL DEFAULT 0,  -- how many rows of origin are its; counted as they come in
  revision     INTEGER NOT NULL DEFAULT 0   -- site.revision when its entries last changed
) WITHOUT ROWID;

-- Every URL a source was ever read through, as a number, because endpoints' URLs are long and sightings many.
-- Rows stay when the endpoint leaves the configuration: items came through it all the same.
CREATE TABLE address (
  id     INTEGER PRIMARY KEY,
  source TEXT NOT NULL REFERENCES source,
  url    TEXT NOT NULL,
  UNIQUE (source, url)
);

-- What is remembered of an endpoint between two looks at it.
CREATE TABLE endpoint (
  address       INTEGER PRIMARY KEY REFERENCES address,
  etag          TEXT,                   -- NULL: the last answer had none
  last_modified TEXT,                   -- NULL: the last answer had none
  body          TEXT,                   -- SHA-256 of the last body taken in; NULL: none yet
  reading       TEXT NOT NULL,
  rests         INTEGER NOT NULL
);

-- An item, with what its current version says of where and when.
CREATE TABLE item (
  id         INTEGER PRIMARY KEY,
  entry_id   TEXT NOT NULL UNIQUE,      -- as published; never changes
  source     TEXT NOT NULL REFERENCES source,  -- its owner: the source it first came from
  head       INTEGER NOT NULL REFERENCES version,  -- the current version
  first_seen TEXT NOT NULL,
  published  TEXT NOT NULL,             -- what is published as the date, which may differ from what the source claims
  updated    TEXT NOT NULL,
  versions   INTEGER NOT NULL,          -- how many rows of version are its
  address    INTEGER NOT NULL REFERENCES address,  -- the endpoint the current version came through
  url        TEXT                       -- of the current version; NULL: it has none
);
-- The newest entries of all sources, in the order of a feed.
CREATE INDEX item_newest ON item (published DESC, first_seen DESC, id);
-- The same document through another source, or under another guid.
CREATE INDEX item_url ON item (url) WHERE url IS NOT NULL;

-- Every distinct version of an item.
CREATE TABLE version (
  id         INTEGER PRIMARY KEY,
  -- Deferred, for an item and its first version name each other. It must be this side: SQLite looks for rows that wait
  -- for their parent, here by the key (item, digest); item.head has no index, so all items would be read.
  item       INTEGER NOT NULL REFERENCES item DEFERRABLE INITIALLY DEFERRED,
  digest     TEXT NOT NULL,
  seen       TEXT NOT NULL,             -- when it was first seen
  title      TEXT NOT NULL,
  guid       TEXT,                      -- the one it came with; NULL: the source gave none
  url        TEXT,                      -- NULL: the source gave none
  summary    TEXT,                      -- NULL: the source gave none
  content    TEXT,                      -- NULL: the source gave none
  published  TEXT,                      -- as the source claims it; NULL: it claims nothing
  precision  TEXT,                      -- of published; NULL as long as that is
  authors    TEXT NOT NULL,             -- JSON: [name]
  categories TEXT NOT NULL,             -- JSON: [name]
  enclosures TEXT NOT NULL,             -- JSON: [{url, type, length}]
  language   TEXT,                      -- NULL: the source did not say
  derived    TEXT NOT NULL,             -- JSON: [name of a field that the source did not give]
  likeness   TEXT,                      -- NULL: without title or date
  substance  TEXT NOT NULL,
  UNIQUE (item, digest)
);

-- Which sources an item came through, its owner among them.
CREATE TABLE origin (
  item      INTEGER NOT NULL REFERENCES item,
  source    TEXT NOT NULL REFERENCES source,
  published TEXT NOT NULL,              -- the item's, kept here for the index
  first_seen TEXT NOT NULL,             -- the same
  likeness  TEXT,                       -- of the item's current version, the same; NULL: without title or date
  PRIMARY KEY (item, source)
) WITHOUT ROWID;
-- The newest entries of a source, in the order of a feed.
CREATE INDEX origin_newest ON origin (source, published DESC, first_seen DESC, item);
-- The last resort of identity, within a source.
CREATE INDEX origin_likeness ON origin (source, likeness) WHERE likeness IS NOT NULL;

-- By which guids a source has named its items: several may name one item, each names one item only.
CREATE TABLE guid (
  source TEXT NOT NULL REFERENCES source,
  guid   TEXT NOT NULL,
  item   INTEGER NOT NULL REFERENCES item,
  PRIMARY KEY (source, guid)
) WITHOUT ROWID;
-- All guids of an item.
CREATE INDEX guid_item ON guid (item, source);

-- The forms in which an endpoint has shown an item, oldest first by id: an unchanged form need not be cleaned again.
CREATE TABLE sighting (
  id      INTEGER PRIMARY KEY,
  address INTEGER NOT NULL REFERENCES address,
  item    INTEGER NOT NULL REFERENCES item,
  digest  TEXT NOT NULL,                -- after cleaning
  handle  TEXT NOT NULL,                -- how the source named it, before cleaning
  raw     TEXT NOT NULL,                -- digest before cleaning, as last seen
  reading TEXT NOT NULL,                -- fingerprint of how it was cleaned
  UNIQUE (address, item, digest)
);
-- What is known of a document's items before any of them is cleaned.
CREATE INDEX sighting_handle ON sighting (address, handle);

-- An article, as far as items are linked to it.
CREATE TABLE article (
  id          TEXT PRIMARY KEY,
  fingerprint TEXT,                     -- of what its links were last made with; NULL: not all items were linked yet
  revision    INTEGER NOT NULL DEFAULT 0  -- site.revision when its entries last changed
) WITHOUT ROWID;

-- Items that bear on an article's subject.
CREATE TABLE link (
  item       INTEGER NOT NULL REFERENCES item,
  article    TEXT NOT NULL REFERENCES article,
  annotation TEXT NOT NULL,
  score      REAL NOT NULL,
  takeaway   INTEGER,                   -- 0-based; NULL: none of the takeaways is meant
  quote      TEXT,                      -- NULL: no sentence of the article is meant
  reasons    TEXT NOT NULL,             -- JSON: [reason]
  published  TEXT NOT NULL,             -- the item's, kept here for the indexes
  first_seen TEXT NOT NULL,             -- the same
  PRIMARY KEY (item, article, annotation)
) WITHOUT ROWID;
-- The newest entries linked to an article, in the order of a feed.
CREATE INDEX link_newest ON link (article, published DESC, first_seen DESC, item);
-- The same, of one annotation.
CREATE INDEX link_annotation_newest ON link (article, annotation, published DESC, first_seen DESC, item);

-- What was published, so that an unchanged output is not made again.
CREATE TABLE output (
  path        TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL
) WITHOUT ROWID;
