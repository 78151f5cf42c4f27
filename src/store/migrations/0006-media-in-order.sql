-- Older programs may keep running: they do not wait. A file that was sent by its link may be overtaken by the next
-- message until its status comes, or until this moment (channels reference 2.9).
ALTER TABLE outbox ADD COLUMN settles_by timestamptz(3);
CREATE INDEX outbox_unsettled ON outbox (contact_id, settles_by) WHERE settles_by IS NOT NULL;
