-- Older programs may keep running: they never delete bytes, and the trigger notes them all the same.

-- Bytes whose row is gone, whoever deleted it (also by cascade). They are removed from the storage after the commit
-- and forgotten here once that worked, so that a crash in between leaves nothing behind.
CREATE TABLE media_deletions (
  storage_key text PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE FUNCTION note_media_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO media_deletions (storage_key) VALUES (OLD.storage_key) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER media_bytes_follow_row AFTER DELETE ON media
  FOR EACH ROW EXECUTE FUNCTION note_media_deletion();
