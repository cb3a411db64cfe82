-- Endpoints that did not serve when they were last asked: as long as another serves, they are left alone for a time.
ALTER TABLE endpoint ADD COLUMN setback TEXT;     -- JSON: {kind, explanation, count, until}; NULL: it served, or was never asked
