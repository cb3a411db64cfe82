-- When to look: when a source publishes, and how often its origin asks to be looked at.

ALTER TABLE source ADD COLUMN rhythm TEXT;        -- JSON, as Rhythm has it; NULL: nothing was learned yet
ALTER TABLE endpoint ADD COLUMN asks TEXT;        -- JSON: {hints, fresh}, as EndpointState has them; NULL: it asks for nothing
