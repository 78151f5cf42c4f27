-- Older programs may keep running: they do not keep to it. The time by which what a number has sent would have left at
-- its even pace, and the moment in it that a waiting message was given (channels reference 2.9).
CREATE TABLE number_pace (
  instance_id text PRIMARY KEY REFERENCES instances ON DELETE CASCADE,
  paced_until timestamptz NOT NULL
);
ALTER TABLE outbox ADD COLUMN slot_at timestamptz(3);
