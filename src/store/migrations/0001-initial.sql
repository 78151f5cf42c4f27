-- Lock order everywhere: contacts (FOR NO KEY UPDATE, in id order), then sessions, then messages.

CREATE TABLE workspaces (
  id uuid PRIMARY KEY,
  project_id integer GENERATED ALWAYS AS IDENTITY (START WITH 100) UNIQUE,
  name text NOT NULL,
  client_token text NOT NULL UNIQUE,
  client_secret_hash bytea NOT NULL,
  -- The secret before the last rotation, until when it is still valid, and how many there were: as of `api_keys`.
  client_previous_hash bytea,
  client_previous_until timestamptz(3),
  client_value_no integer NOT NULL DEFAULT 1,
  ending boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE instances (
  id text PRIMARY KEY,
  integration_id integer GENERATED ALWAYS AS IDENTITY (START WITH 100) UNIQUE,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  phone text,
  channel_type text NOT NULL,
  -- Validated settings without secrets. The secrets are one encrypted JSON object.
  channel_settings jsonb NOT NULL,
  channel_secrets bytea,
  transcription jsonb,
  transcription_secrets bytea,
  status text NOT NULL,
  status_detail text NOT NULL DEFAULT '',
  -- Since when every bot of the number is silent; null = they speak.
  silenced_at timestamptz(3),
  -- An alarm is raised after this many hours without an event; 0 = never.
  alarm_after_hours integer NOT NULL DEFAULT 0,
  ending boolean NOT NULL DEFAULT false,
  last_inbound_at timestamptz(3),
  last_send_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX instances_by_workspace ON instances (workspace_id, created_at DESC);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  instance_id text REFERENCES instances ON DELETE CASCADE,
  -- 'key': made by a person or administrator; 'instance_token': made together with its instance.
  kind text NOT NULL,
  name text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  -- Hash of the value before the last rotation, and until when that value is still valid.
  previous_hash bytea UNIQUE,
  previous_until timestamptz(3),
  -- Counts the values; the value before this one has the number before it. What was opened with a value ends with it.
  value_no integer NOT NULL DEFAULT 1,
  -- At most once a minute.
  last_used_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX api_keys_by_workspace ON api_keys (workspace_id, created_at);
CREATE INDEX api_keys_by_instance ON api_keys (instance_id) WHERE instance_id IS NOT NULL;

-- Browsers signed in to the console, and one-time codes that sign one in. They end with the value of the key or of the
-- client's secret that opened them.
CREATE TABLE console_sessions (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  secret_hash bytea NOT NULL UNIQUE,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  instance_id text REFERENCES instances ON DELETE CASCADE,
  key_id uuid REFERENCES api_keys ON DELETE CASCADE,
  key_value_no integer,
  client_value_no integer,
  -- Whether it may manage keys, the client, outgoing webhooks and numbers.
  may_manage boolean NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX console_sessions_by_end ON console_sessions (expires_at);
CREATE INDEX console_sessions_by_workspace ON console_sessions (workspace_id);
CREATE INDEX console_sessions_by_instance ON console_sessions (instance_id) WHERE instance_id IS NOT NULL;
CREATE INDEX console_sessions_by_key ON console_sessions (key_id) WHERE key_id IS NOT NULL;

CREATE TABLE typebots (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  instance_id text NOT NULL REFERENCES instances ON DELETE CASCADE,
  public_id text NOT NULL,
  enabled boolean NOT NULL,
  priority integer NOT NULL,
  -- All other settings, validated, with their defaults.
  settings jsonb NOT NULL,
  -- API token of Typebot's builder, encrypted.
  api_token bytea,
  settings_version integer NOT NULL DEFAULT 1,
  -- The one configuration that the CodeChat surface calls "the integration".
  codechat_integration boolean NOT NULL DEFAULT false,
  last_error jsonb,
  -- Set by DELETE: it starts nothing, no read shows it, and it is deleted once its sessions have ended.
  ending boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX typebots_by_workspace ON typebots (workspace_id);
CREATE INDEX typebots_in_order ON typebots (instance_id, priority DESC, created_at, id);
CREATE UNIQUE INDEX typebots_codechat ON typebots (instance_id) WHERE codechat_integration AND NOT ending;

-- Users of the Botpress surface: those that clients made, and what clients wrote about a contact, under the contact's
-- id.
CREATE TABLE botpress_users (
  typebot_id uuid NOT NULL REFERENCES typebots ON DELETE CASCADE,
  id uuid NOT NULL,
  -- Orders users of the same moment.
  row_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  name text,
  picture_url text,
  tags jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  -- A contact whom this bot has forgotten; it is a user again once it writes to the bot.
  forgotten_at timestamptz(3),
  PRIMARY KEY (typebot_id, id)
);
CREATE INDEX botpress_users_by_tags ON botpress_users USING gin (tags jsonb_path_ops);

CREATE TABLE contacts (
  id uuid PRIMARY KEY,
  row_id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  instance_id text NOT NULL REFERENCES instances ON DELETE CASCADE,
  -- 'whatsapp', or 'api' for the stand-in of a session with nobody behind it.
  kind text NOT NULL DEFAULT 'whatsapp',
  remote_jid text NOT NULL,
  -- The address the contact last wrote from, where replies go.
  reply_jid text NOT NULL,
  wa_id text,
  bsuid text,
  push_name text NOT NULL DEFAULT '',
  is_group boolean NOT NULL DEFAULT false,
  opening integer NOT NULL DEFAULT 0,
  inbox_no bigint NOT NULL DEFAULT 0,
  muted_until timestamptz(3),
  cooldown_until timestamptz(3),
  quiet_since timestamptz(3),
  -- The latest album: its id, how many of its files are still to come (-1 = it does not say), and until when one counts
  -- as its file.
  album_id text,
  album_left integer NOT NULL DEFAULT 0,
  album_until timestamptz(3),
  -- The typebot whose flow ended last, and when sending the last bubble of that ending began.
  ended_typebot_id uuid,
  ended_at timestamptz(3),
  -- How many turns began since `turns_since`; both restart after a minute.
  turns_since timestamptz(3),
  turns_begun integer NOT NULL DEFAULT 0,
  -- When everything sent to the contact would have been sent at an even pace. Null = nothing sent yet.
  paced_until timestamptz(3),
  -- Relay: `signal_no` is raised by every transaction that the workflow must hear of. The relay looks at contacts whose
  -- `relay_next_at` has come.
  signal_no bigint NOT NULL DEFAULT 0,
  signal_name text NOT NULL DEFAULT 'message',
  relay_next_at timestamptz(3),
  relay_attempts integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX contacts_by_instance ON contacts (instance_id, created_at);
-- The words of a name without accents, as `search-contacts.ts` searches them.
CREATE INDEX contacts_by_name ON contacts
  USING gin (to_tsvector('simple', regexp_replace(normalize(push_name, NFKD), '[\u0300-\u036f]', '', 'g')));
CREATE INDEX contacts_muted ON contacts (id) WHERE muted_until IS NOT NULL;
CREATE INDEX contacts_muted_by_instance ON contacts (instance_id, muted_until, row_id) WHERE muted_until IS NOT NULL;
CREATE INDEX contacts_to_relay ON contacts (relay_next_at) WHERE relay_next_at IS NOT NULL;

CREATE TABLE contact_addresses (
  instance_id text NOT NULL REFERENCES instances ON DELETE CASCADE,
  -- The normalised address by which two are compared.
  address_key text NOT NULL,
  jid text NOT NULL,
  contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  PRIMARY KEY (instance_id, address_key)
);
CREATE INDEX contact_addresses_by_contact ON contact_addresses (contact_id);
-- For searches by the beginning or the end of a number.
CREATE INDEX contact_addresses_by_number ON contact_addresses (split_part(jid, '@', 1) text_pattern_ops);
CREATE INDEX contact_addresses_by_last_digits ON contact_addresses (reverse(split_part(jid, '@', 1)) text_pattern_ops);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  row_id integer GENERATED ALWAYS AS IDENTITY (START WITH 10000) UNIQUE,
  session_uid text NOT NULL UNIQUE,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  instance_id text NOT NULL REFERENCES instances ON DELETE CASCADE,
  typebot_id uuid NOT NULL REFERENCES typebots ON DELETE CASCADE,
  contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  public_id text NOT NULL,
  remote_jid text NOT NULL,
  push_name text NOT NULL DEFAULT '',
  -- 'whatsapp' or 'api'.
  channel text NOT NULL,
  -- The channel given by the Botpress surface, for conversations made there.
  botpress_channel text,
  status text NOT NULL,
  chat_mode text NOT NULL,
  resolution text NOT NULL,
  segment text NOT NULL DEFAULT 'chat',
  tags jsonb NOT NULL DEFAULT '{}',
  current_task_id text,
  close_reason text,
  last_error jsonb,
  resumes_at timestamptz(3),
  opening integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  gate_no integer NOT NULL DEFAULT 0,
  turn_no integer NOT NULL DEFAULT 0,
  -- The settings version last noted in the timeline.
  settings_version integer NOT NULL,
  typebot_session_id text,
  -- How much of the transcript that Typebot keeps of the run has been read.
  transcript_place jsonb,
  open_input jsonb,
  invalid_replies integer NOT NULL DEFAULT 0,
  -- Turns in a row that ended with Typebot's own error for its session.
  broken_turns integer NOT NULL DEFAULT 0,
  -- Slowest Typebot call of this session, which decides when an unclear call can be judged.
  slowest_call_ms integer NOT NULL DEFAULT 0,
  -- The flow ended, or could not start, and the session could not close at once.
  ended_as text,
  -- The flow asks for a person once its bubbles have been sent.
  handoff_due boolean NOT NULL DEFAULT false,
  -- A pause that begins once the current answer has been sent, for how many minutes (null = open-ended), and who asked.
  pause_due boolean NOT NULL DEFAULT false,
  pause_due_minutes integer,
  pause_due_actor jsonb,
  callback_token text UNIQUE,
  -- Hidden from every read; the row is deleted once nothing of it is in progress.
  hidden_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  last_inbound_at timestamptz(3),
  last_message_at timestamptz(3),
  -- Start of the current opening. The idle time counts from here or from the last message.
  opened_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX sessions_one_active ON sessions (contact_id) WHERE status IN ('opened', 'paused');
CREATE INDEX sessions_by_instance ON sessions (instance_id, created_at DESC, row_id DESC);
-- The list over all instances, the newest message first, and its part that is not closed.
CREATE INDEX sessions_by_last_message ON sessions
  (workspace_id, coalesce(last_message_at, created_at) DESC, row_id DESC);
CREATE INDEX sessions_active ON sessions (workspace_id, coalesce(last_message_at, created_at) DESC, row_id DESC)
  WHERE status IN ('opened', 'paused');
CREATE INDEX sessions_by_workspace ON sessions (workspace_id, created_at, row_id);
CREATE INDEX sessions_by_typebot ON sessions (typebot_id, created_at DESC, row_id DESC);
CREATE INDEX sessions_by_change ON sessions (typebot_id, updated_at, row_id);
CREATE INDEX sessions_by_contact ON sessions (contact_id, created_at DESC);
CREATE INDEX sessions_by_jid ON sessions (instance_id, remote_jid);
-- For values that few sessions have; nearly all have the segment 'chat'.
CREATE INDEX sessions_by_reason ON sessions
  (workspace_id, close_reason, coalesce(last_message_at, created_at) DESC, row_id DESC) WHERE close_reason IS NOT NULL;
CREATE INDEX sessions_by_segment ON sessions
  (workspace_id, segment, coalesce(last_message_at, created_at) DESC, row_id DESC) WHERE segment <> 'chat';
CREATE INDEX sessions_by_tags ON sessions USING gin (tags) WHERE tags <> '{}';
CREATE INDEX sessions_hidden ON sessions (hidden_at) WHERE hidden_at IS NOT NULL;

CREATE TABLE turns (
  session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
  number integer NOT NULL,
  opening integer NOT NULL,
  -- begun -> answered | cancelled
  state text NOT NULL DEFAULT 'begun',
  drop_answer boolean NOT NULL DEFAULT false,
  begun_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- When the current Typebot call began, so that a retry knows that its outcome is unclear.
  call_began_at timestamptz(3),
  -- What the chain of calls has produced so far (messages to show, the action that comes next).
  progress jsonb,
  tries integer NOT NULL DEFAULT 0,
  failing_since timestamptz(3),
  -- When a call that gave no answer is made again; null once one has begun.
  next_attempt_at timestamptz(3),
  -- Of the whole chain: calls that were answered, the slowest of them, and attempts that gave no answer.
  calls integer NOT NULL DEFAULT 0,
  slowest_call_ms integer NOT NULL DEFAULT 0,
  failed_calls integer NOT NULL DEFAULT 0,
  answered_at timestamptz(3),
  bubbles integer NOT NULL DEFAULT 0,
  -- A pause block after the bubbles: continue without a message after this many milliseconds.
  continue_after_ms bigint,
  continued boolean NOT NULL DEFAULT false,
  -- How the flow ended: null (it did not), 'completed' or 'failed'.
  ended_as text,
  PRIMARY KEY (session_id, number)
);
CREATE INDEX turns_begun ON turns (session_id, number) WHERE state = 'begun';

CREATE TABLE inbox (
  id uuid PRIMARY KEY,
  row_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  number bigint NOT NULL,
  instance_id text NOT NULL REFERENCES instances ON DELETE CASCADE,
  contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  session_id uuid REFERENCES sessions ON DELETE CASCADE,
  -- waiting, kept, taken, dropped
  fate text NOT NULL,
  -- contact, operator (a person at the number), api (another program), flow (a callback)
  sender text NOT NULL,
  -- channel, start, surface, callback
  origin text NOT NULL,
  provider_message_id text,
  content_type text NOT NULL,
  content jsonb NOT NULL,
  text text NOT NULL DEFAULT '',
  media_id uuid,
  provider_timestamp timestamptz(3),
  quoted_message_id text,
  forwarded boolean NOT NULL DEFAULT false,
  referral jsonb,
  participant text,
  turn_no integer,
  user_id text,
  tags jsonb,
  -- The album that it is a file of. The files of an album are one turn.
  album_id text,
  -- When the relay checks that the workflow keeping its file was started; null = no file, or started.
  media_next_at timestamptz(3),
  -- When its request began, in microseconds by the clock of the API process, and its position in that request. Rows get
  -- their number later, under the contact's lock, and not always in this order.
  arrived_at timestamptz(6) NOT NULL DEFAULT clock_timestamp(),
  arrived_index integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX inbox_media_to_start ON inbox (media_next_at) WHERE media_next_at IS NOT NULL;
CREATE UNIQUE INDEX inbox_numbers ON inbox (contact_id, number);
CREATE INDEX inbox_waiting ON inbox (session_id, number) WHERE fate = 'waiting';
CREATE INDEX inbox_by_session ON inbox (session_id, row_id);
CREATE INDEX inbox_from_number ON inbox (session_id, row_id) WHERE sender IN ('operator', 'api');
-- What a beginning turn asks about the turns before it, however many there were.
CREATE INDEX inbox_by_turn ON inbox (session_id, turn_no) WHERE turn_no IS NOT NULL;
CREATE INDEX inbox_with_referral ON inbox (session_id, row_id) WHERE referral IS NOT NULL;
-- For statistics.
CREATE INDEX inbox_by_time ON inbox (instance_id, created_at) INCLUDE (sender);
CREATE INDEX inbox_by_provider_id ON inbox (instance_id, provider_message_id);

CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  row_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  instance_id text NOT NULL REFERENCES instances ON DELETE CASCADE,
  contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  session_id uuid REFERENCES sessions ON DELETE CASCADE,
  -- bot (if its gate is open), operator, api
  sender text NOT NULL,
  turn_no integer,
  bubble_no integer,
  content_type text NOT NULL,
  content jsonb NOT NULL,
  text text NOT NULL DEFAULT '',
  choices jsonb NOT NULL DEFAULT '[]',
  reply_to text,
  -- pending, sending, unknown, sent, failed
  state text NOT NULL DEFAULT 'pending',
  -- pending, sent, delivered, read, failed: the delivery as the provider reports it; never goes back
  delivery text NOT NULL DEFAULT 'pending',
  outbound_id text NOT NULL UNIQUE,
  client_message_id text,
  provider_message_id text,
  provider_db_id bigint,
  wait_ms bigint NOT NULL DEFAULT 0,
  due_at timestamptz(3),
  attempts integer NOT NULL DEFAULT 0,
  -- Attempts that the channel refused for now, not counting those that found it disconnected.
  refused integer NOT NULL DEFAULT 0,
  unknowns integer NOT NULL DEFAULT 0,
  claimed_at timestamptz(3),
  claim_ends_at timestamptz(3),
  first_tried_at timestamptz(3),
  -- When a send that did not succeed is tried again; null once it is.
  next_attempt_at timestamptz(3),
  -- A file sent by link may be overtaken by the next message until its status arrives, or until this moment.
  holds_until timestamptz(3),
  -- The moment assigned to a waiting message in the even pace of the number.
  slot_at timestamptz(3),
  error jsonb,
  user_id text,
  tags jsonb,
  botpress jsonb,
  scheduled_at timestamptz(3),
  -- For rows with their own workflow (operator, scheduled): when the relay checks that it was started.
  start_next_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz(3),
  -- When Parley heard of it; null where the provider never told.
  delivered_at timestamptz(3),
  read_at timestamptz(3)
);
CREATE UNIQUE INDEX outbox_bubbles ON outbox (session_id, turn_no, bubble_no) WHERE turn_no IS NOT NULL;
CREATE UNIQUE INDEX outbox_one_sending ON outbox (contact_id) WHERE state = 'sending';
CREATE INDEX outbox_unsent ON outbox (session_id, turn_no, bubble_no) WHERE state IN ('pending', 'sending', 'unknown');
CREATE INDEX outbox_by_session ON outbox (session_id, row_id);
-- For statistics.
CREATE INDEX outbox_by_time ON outbox (instance_id, created_at) INCLUDE (sender, state);
CREATE INDEX outbox_window_closed ON outbox (session_id, turn_no) WHERE error->>'reason' = 'window_closed';
CREATE INDEX outbox_by_contact ON outbox (contact_id, row_id);
CREATE INDEX outbox_by_provider_id ON outbox (instance_id, provider_message_id) WHERE provider_message_id IS NOT NULL;
CREATE INDEX outbox_by_db_id ON outbox (instance_id, provider_db_id) WHERE provider_db_id IS NOT NULL;
CREATE INDEX outbox_by_client_id ON outbox (instance_id, client_message_id) WHERE client_message_id IS NOT NULL;
CREATE INDEX outbox_holding ON outbox (contact_id, holds_until) WHERE holds_until IS NOT NULL;
CREATE INDEX outbox_to_start ON outbox (start_next_at) WHERE start_next_at IS NOT NULL;

-- Ids, counts and reasons only, no text. Kept for a day after its session is deleted, so that streams can resume.
CREATE TABLE session_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  instance_id text NOT NULL,
  session_id uuid NOT NULL,
  type text NOT NULL,
  data jsonb NOT NULL DEFAULT '{}',
  -- Readers wait for older transactions, so that no event appears before a place they have passed.
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- When it happened: its transaction may have begun before another one, and waited for it.
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX session_events_by_session ON session_events (session_id, id);
CREATE INDEX session_events_in_order ON session_events (workspace_id, txid, id);
CREATE INDEX session_events_by_time ON session_events (at);
-- For the audit: events of sessions that somebody caused.
CREATE INDEX session_events_asked ON session_events (workspace_id, at DESC, id DESC) WHERE data ? 'surface';
-- Recent failures, which every scrape counts for alarms.
CREATE INDEX session_events_failures ON session_events (at) WHERE type IN ('turn.failed', 'message.failed')
  OR (type = 'session.paused' AND data->>'by' = 'flood');

-- Changes of anything but sessions, whose own events say who made them. Holds ids, our own terms, and the number of a
-- muted contact.
CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  instance_id text,
  action text NOT NULL,
  -- A typebot, key, subscription or delivery, or a contact by its number.
  target_id text,
  surface text NOT NULL,
  -- Null when it was the workspace's own client or the administrator.
  key_id uuid,
  by_admin boolean NOT NULL DEFAULT false,
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX audit_by_workspace ON audit (workspace_id, at DESC, id DESC);
CREATE INDEX audit_by_time ON audit (at);

-- When everything that a number has sent would have been sent at its even pace.
CREATE TABLE number_pace (
  instance_id text PRIMARY KEY REFERENCES instances ON DELETE CASCADE,
  paced_until timestamptz NOT NULL
);

CREATE TABLE typebot_results (
  contact_id uuid NOT NULL REFERENCES contacts ON DELETE CASCADE,
  typebot_id uuid NOT NULL REFERENCES typebots ON DELETE CASCADE,
  result_id text NOT NULL,
  PRIMARY KEY (contact_id, typebot_id)
);
CREATE INDEX typebot_results_by_typebot ON typebot_results (typebot_id);

-- Guard against duplicates: only message ids, no text, contact or session. Kept for at least seven days.
CREATE TABLE seen_messages (
  instance_id text NOT NULL REFERENCES instances ON DELETE CASCADE,
  direction text NOT NULL,
  message_id text NOT NULL,
  day date NOT NULL DEFAULT current_date,
  PRIMARY KEY (instance_id, direction, message_id)
);
CREATE INDEX seen_messages_by_day ON seen_messages (day);

-- Requests with an Idempotency-Key. The answer is encrypted, because some contain a new secret; the answer of a session
-- start is the session's id, stored with the session. Null = in progress.
CREATE TABLE idempotent_answers (
  -- A workspace id, or 'admin'.
  scope text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  answer bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotent_answers_by_time ON idempotent_answers (created_at);

CREATE TABLE subscriptions (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  instance_id text REFERENCES instances ON DELETE CASCADE,
  url text NOT NULL,
  events text[] NOT NULL,
  secret bytea NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  failing_since timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX subscriptions_by_workspace ON subscriptions (workspace_id, created_at);

CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  row_id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  subscription_id uuid NOT NULL REFERENCES subscriptions ON DELETE CASCADE,
  session_id uuid NOT NULL,
  -- The request body is made from this event; the log may outlive it.
  event_id bigint NOT NULL,
  event text NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  -- Counts who took it in hand. What an attempt says afterwards holds only while no other followed.
  claims integer NOT NULL DEFAULT 0,
  -- pending, delivered, failed
  status text NOT NULL DEFAULT 'pending',
  response_status integer,
  at timestamptz(3) NOT NULL DEFAULT now(),
  next_attempt_at timestamptz(3),
  -- A manual retry goes on at least until then.
  retry_until timestamptz(3),
  -- When the relay checks that the workflow of a pending delivery is running; null = not watched.
  start_next_at timestamptz(3),
  UNIQUE (subscription_id, event_id)
);
CREATE INDEX deliveries_by_subscription ON deliveries (subscription_id, row_id DESC);
CREATE INDEX deliveries_pending ON deliveries (subscription_id, session_id, row_id) WHERE status = 'pending';
CREATE INDEX deliveries_to_start ON deliveries (start_next_at) WHERE start_next_at IS NOT NULL;
CREATE INDEX deliveries_by_time ON deliveries (at);

-- Files that people sent, and files for which flows need an address. The bytes are in the configured storage.
CREATE TABLE media (
  id uuid PRIMARY KEY,
  instance_id text NOT NULL REFERENCES instances ON DELETE CASCADE,
  session_id uuid,
  -- Unguessable part of the long-lived address that flows get.
  token text NOT NULL UNIQUE,
  storage_key text NOT NULL,
  mime_type text NOT NULL,
  file_name text,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  transcript text,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX media_by_session ON media (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX media_by_hash ON media (instance_id, sha256);

-- Bytes whose row is gone, however it was deleted (also by cascade). They are deleted from the storage after the commit
-- and forgotten here only then, so that a crash in between leaves nothing behind.
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

-- Deletions that continue after DELETE was answered. The workflow `end-sessions/<id>` works from this row.
CREATE TABLE endings (
  id uuid PRIMARY KEY,
  -- typebot, instance, workspace
  kind text NOT NULL,
  target_id text NOT NULL,
  start_next_at timestamptz(3) DEFAULT now(),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX endings_to_start ON endings (start_next_at) WHERE start_next_at IS NOT NULL;
