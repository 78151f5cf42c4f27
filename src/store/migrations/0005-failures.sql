-- What failed lately, for the alarms: counted at every scrape.
CREATE INDEX session_events_failures ON session_events (at) WHERE type IN ('turn.failed', 'message.failed');
