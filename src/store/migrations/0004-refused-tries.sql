-- Older programs may keep running: they count every attempt instead. Attempts that the channel refused for now; those
-- that found it disconnected are not among them (channels reference 14).
ALTER TABLE outbox ADD COLUMN refused integer NOT NULL DEFAULT 0;
