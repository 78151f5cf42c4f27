-- Written by `npm run schema` from the migrations; not run by anything.

CREATE TABLE api_keys (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  instance_id text,
  kind text NOT NULL,
  name text NOT NULL,
  key_hash bytea NOT NULL,
  previous_hash bytea,
  previous_until timestamp(3) with time zone,
  value_no integer NOT NULL DEFAULT 1,
  last_used_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT api_keys_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash),
  CONSTRAINT api_keys_pkey PRIMARY KEY (id),
  CONSTRAINT api_keys_previous_hash_key UNIQUE (previous_hash),
  CONSTRAINT api_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE audit (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1),
  workspace_id uuid NOT NULL,
  instance_id text,
  action text NOT NULL,
  target_id text,
  surface text NOT NULL,
  key_id uuid,
  by_admin boolean NOT NULL DEFAULT false,
  at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT audit_pkey PRIMARY KEY (id),
  CONSTRAINT audit_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE botpress_users (
  typebot_id uuid NOT NULL,
  id uuid NOT NULL,
  row_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1),
  name text,
  picture_url text,
  tags jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  forgotten_at timestamp(3) with time zone,
  CONSTRAINT botpress_users_pkey PRIMARY KEY (typebot_id, id),
  CONSTRAINT botpress_users_row_id_key UNIQUE (row_id),
  CONSTRAINT botpress_users_typebot_id_fkey FOREIGN KEY (typebot_id) REFERENCES typebots(id) ON DELETE CASCADE
);

CREATE TABLE console_sessions (
  id uuid NOT NULL,
  kind text NOT NULL,
  secret_hash bytea NOT NULL,
  workspace_id uuid NOT NULL,
  instance_id text,
  key_id uuid,
  key_value_no integer,
  client_value_no integer,
  may_manage boolean NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  expires_at timestamp(3) with time zone NOT NULL,
  CONSTRAINT console_sessions_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT console_sessions_key_id_fkey FOREIGN KEY (key_id) REFERENCES api_keys(id) ON DELETE CASCADE,
  CONSTRAINT console_sessions_pkey PRIMARY KEY (id),
  CONSTRAINT console_sessions_secret_hash_key UNIQUE (secret_hash),
  CONSTRAINT console_sessions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE contact_addresses (
  instance_id text NOT NULL,
  address_key text NOT NULL,
  jid text NOT NULL,
  contact_id uuid NOT NULL,
  CONSTRAINT contact_addresses_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE CASCADE,
  CONSTRAINT contact_addresses_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT contact_addresses_pkey PRIMARY KEY (instance_id, address_key)
);

CREATE TABLE contacts (
  id uuid NOT NULL,
  row_id integer NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1),
  instance_id text NOT NULL,
  kind text NOT NULL DEFAULT 'whatsapp'::text,
  remote_jid text NOT NULL,
  reply_jid text NOT NULL,
  wa_id text,
  bsuid text,
  push_name text NOT NULL DEFAULT ''::text,
  is_group boolean NOT NULL DEFAULT false,
  opening integer NOT NULL DEFAULT 0,
  inbox_no bigint NOT NULL DEFAULT 0,
  muted_until timestamp(3) with time zone,
  cooldown_until timestamp(3) with time zone,
  quiet_since timestamp(3) with time zone,
  album_id text,
  album_left integer NOT NULL DEFAULT 0,
  album_until timestamp(3) with time zone,
  ended_typebot_id uuid,
  ended_at timestamp(3) with time zone,
  turns_since timestamp(3) with time zone,
  turns_begun integer NOT NULL DEFAULT 0,
  paced_until timestamp(3) with time zone,
  signal_no bigint NOT NULL DEFAULT 0,
  signal_name text NOT NULL DEFAULT 'message'::text,
  relay_next_at timestamp(3) with time zone,
  relay_attempts integer NOT NULL DEFAULT 0,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT contacts_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT contacts_pkey PRIMARY KEY (id),
  CONSTRAINT contacts_row_id_key UNIQUE (row_id)
);

CREATE TABLE deliveries (
  id uuid NOT NULL,
  row_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1),
  subscription_id uuid NOT NULL,
  session_id uuid NOT NULL,
  event_id bigint NOT NULL,
  event text NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  claims integer NOT NULL DEFAULT 0,
  status text NOT NULL DEFAULT 'pending'::text,
  response_status integer,
  at timestamp(3) with time zone NOT NULL DEFAULT now(),
  next_attempt_at timestamp(3) with time zone,
  retry_until timestamp(3) with time zone,
  start_next_at timestamp(3) with time zone,
  CONSTRAINT deliveries_pkey PRIMARY KEY (id),
  CONSTRAINT deliveries_row_id_key UNIQUE (row_id),
  CONSTRAINT deliveries_subscription_id_event_id_key UNIQUE (subscription_id, event_id),
  CONSTRAINT deliveries_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscriptions(id) ON DELETE CASCADE
);

CREATE TABLE endings (
  id uuid NOT NULL,
  kind text NOT NULL,
  target_id text NOT NULL,
  start_next_at timestamp(3) with time zone DEFAULT now(),
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT endings_pkey PRIMARY KEY (id)
);

CREATE TABLE idempotent_answers (
  scope text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  answer bytea NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotent_answers_pkey PRIMARY KEY (scope, key)
);

CREATE TABLE inbox (
  id uuid NOT NULL,
  row_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1),
  number bigint NOT NULL,
  instance_id text NOT NULL,
  contact_id uuid NOT NULL,
  session_id uuid,
  fate text NOT NULL,
  sender text NOT NULL,
  origin text NOT NULL,
  provider_message_id text,
  content_type text NOT NULL,
  content jsonb NOT NULL,
  text text NOT NULL DEFAULT ''::text,
  media_id uuid,
  provider_timestamp timestamp(3) with time zone,
  quoted_message_id text,
  forwarded boolean NOT NULL DEFAULT false,
  referral jsonb,
  participant text,
  turn_no integer,
  user_id text,
  tags jsonb,
  album_id text,
  media_next_at timestamp(3) with time zone,
  arrived_at timestamp(6) with time zone NOT NULL DEFAULT clock_timestamp(),
  arrived_index integer NOT NULL DEFAULT 0,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT inbox_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE CASCADE,
  CONSTRAINT inbox_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT inbox_pkey PRIMARY KEY (id),
  CONSTRAINT inbox_row_id_key UNIQUE (row_id),
  CONSTRAINT inbox_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);

CREATE TABLE instances (
  id text NOT NULL,
  integration_id integer NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 100),
  workspace_id uuid NOT NULL,
  name text NOT NULL,
  phone text,
  channel_type text NOT NULL,
  channel_settings jsonb NOT NULL,
  channel_secrets bytea,
  transcription jsonb,
  transcription_secrets bytea,
  status text NOT NULL,
  status_detail text NOT NULL DEFAULT ''::text,
  silenced_at timestamp(3) with time zone,
  alarm_after_hours integer NOT NULL DEFAULT 0,
  ending boolean NOT NULL DEFAULT false,
  last_inbound_at timestamp(3) with time zone,
  last_send_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT instances_integration_id_key UNIQUE (integration_id),
  CONSTRAINT instances_pkey PRIMARY KEY (id),
  CONSTRAINT instances_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE media (
  id uuid NOT NULL,
  instance_id text NOT NULL,
  session_id uuid,
  token text NOT NULL,
  storage_key text NOT NULL,
  mime_type text NOT NULL,
  file_name text,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  transcript text,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT media_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT media_pkey PRIMARY KEY (id),
  CONSTRAINT media_token_key UNIQUE (token)
);

CREATE TABLE media_deletions (
  storage_key text NOT NULL,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT media_deletions_pkey PRIMARY KEY (storage_key)
);

CREATE TABLE migrations (
  number integer NOT NULL,
  name text NOT NULL,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT migrations_pkey PRIMARY KEY (number)
);

CREATE TABLE number_pace (
  instance_id text NOT NULL,
  paced_until timestamp with time zone NOT NULL,
  CONSTRAINT number_pace_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT number_pace_pkey PRIMARY KEY (instance_id)
);

CREATE TABLE outbox (
  id uuid NOT NULL,
  row_id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1),
  instance_id text NOT NULL,
  contact_id uuid NOT NULL,
  session_id uuid,
  sender text NOT NULL,
  turn_no integer,
  bubble_no integer,
  content_type text NOT NULL,
  content jsonb NOT NULL,
  text text NOT NULL DEFAULT ''::text,
  choices jsonb NOT NULL DEFAULT '[]'::jsonb,
  reply_to text,
  state text NOT NULL DEFAULT 'pending'::text,
  delivery text NOT NULL DEFAULT 'pending'::text,
  outbound_id text NOT NULL,
  client_message_id text,
  provider_message_id text,
  provider_db_id bigint,
  wait_ms bigint NOT NULL DEFAULT 0,
  due_at timestamp(3) with time zone,
  attempts integer NOT NULL DEFAULT 0,
  refused integer NOT NULL DEFAULT 0,
  unknowns integer NOT NULL DEFAULT 0,
  claimed_at timestamp(3) with time zone,
  claim_ends_at timestamp(3) with time zone,
  first_tried_at timestamp(3) with time zone,
  next_attempt_at timestamp(3) with time zone,
  holds_until timestamp(3) with time zone,
  slot_at timestamp(3) with time zone,
  error jsonb,
  user_id text,
  tags jsonb,
  botpress jsonb,
  scheduled_at timestamp(3) with time zone,
  start_next_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamp(3) with time zone,
  delivered_at timestamp(3) with time zone,
  read_at timestamp(3) with time zone,
  CONSTRAINT outbox_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE CASCADE,
  CONSTRAINT outbox_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT outbox_outbound_id_key UNIQUE (outbound_id),
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_row_id_key UNIQUE (row_id),
  CONSTRAINT outbox_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);

CREATE TABLE seen_messages (
  instance_id text NOT NULL,
  direction text NOT NULL,
  message_id text NOT NULL,
  day date NOT NULL DEFAULT CURRENT_DATE,
  CONSTRAINT seen_messages_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT seen_messages_pkey PRIMARY KEY (instance_id, direction, message_id)
);

CREATE TABLE session_events (
  id bigint NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1),
  workspace_id uuid NOT NULL,
  instance_id text NOT NULL,
  session_id uuid NOT NULL,
  type text NOT NULL,
  data jsonb NOT NULL DEFAULT '{}'::jsonb,
  txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT session_events_pkey PRIMARY KEY (id),
  CONSTRAINT session_events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE sessions (
  id uuid NOT NULL,
  row_id integer NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 10000),
  session_uid text NOT NULL,
  workspace_id uuid NOT NULL,
  instance_id text NOT NULL,
  typebot_id uuid NOT NULL,
  contact_id uuid NOT NULL,
  public_id text NOT NULL,
  remote_jid text NOT NULL,
  push_name text NOT NULL DEFAULT ''::text,
  channel text NOT NULL,
  botpress_channel text,
  status text NOT NULL,
  chat_mode text NOT NULL,
  resolution text NOT NULL,
  segment text NOT NULL DEFAULT 'chat'::text,
  tags jsonb NOT NULL DEFAULT '{}'::jsonb,
  current_task_id text,
  close_reason text,
  last_error jsonb,
  resumes_at timestamp(3) with time zone,
  opening integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  gate_no integer NOT NULL DEFAULT 0,
  turn_no integer NOT NULL DEFAULT 0,
  settings_version integer NOT NULL,
  typebot_session_id text,
  transcript_place jsonb,
  open_input jsonb,
  invalid_replies integer NOT NULL DEFAULT 0,
  broken_turns integer NOT NULL DEFAULT 0,
  slowest_call_ms integer NOT NULL DEFAULT 0,
  ended_as text,
  handoff_due boolean NOT NULL DEFAULT false,
  pause_due boolean NOT NULL DEFAULT false,
  pause_due_minutes integer,
  pause_due_actor jsonb,
  callback_token text,
  hidden_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  last_inbound_at timestamp(3) with time zone,
  last_message_at timestamp(3) with time zone,
  opened_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT sessions_callback_token_key UNIQUE (callback_token),
  CONSTRAINT sessions_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE CASCADE,
  CONSTRAINT sessions_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT sessions_pkey PRIMARY KEY (id),
  CONSTRAINT sessions_row_id_key UNIQUE (row_id),
  CONSTRAINT sessions_session_uid_key UNIQUE (session_uid),
  CONSTRAINT sessions_typebot_id_fkey FOREIGN KEY (typebot_id) REFERENCES typebots(id) ON DELETE CASCADE,
  CONSTRAINT sessions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE subscriptions (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  instance_id text,
  url text NOT NULL,
  events text[] NOT NULL,
  secret bytea NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  failing_since timestamp(3) with time zone,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT subscriptions_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT subscriptions_pkey PRIMARY KEY (id),
  CONSTRAINT subscriptions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE turns (
  session_id uuid NOT NULL,
  number integer NOT NULL,
  opening integer NOT NULL,
  state text NOT NULL DEFAULT 'begun'::text,
  drop_answer boolean NOT NULL DEFAULT false,
  begun_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  call_began_at timestamp(3) with time zone,
  progress jsonb,
  tries integer NOT NULL DEFAULT 0,
  failing_since timestamp(3) with time zone,
  next_attempt_at timestamp(3) with time zone,
  calls integer NOT NULL DEFAULT 0,
  slowest_call_ms integer NOT NULL DEFAULT 0,
  failed_calls integer NOT NULL DEFAULT 0,
  answered_at timestamp(3) with time zone,
  bubbles integer NOT NULL DEFAULT 0,
  continue_after_ms bigint,
  continued boolean NOT NULL DEFAULT false,
  ended_as text,
  CONSTRAINT turns_pkey PRIMARY KEY (session_id, number),
  CONSTRAINT turns_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);

CREATE TABLE typebot_results (
  contact_id uuid NOT NULL,
  typebot_id uuid NOT NULL,
  result_id text NOT NULL,
  CONSTRAINT typebot_results_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id) ON DELETE CASCADE,
  CONSTRAINT typebot_results_pkey PRIMARY KEY (contact_id, typebot_id),
  CONSTRAINT typebot_results_typebot_id_fkey FOREIGN KEY (typebot_id) REFERENCES typebots(id) ON DELETE CASCADE
);

CREATE TABLE typebots (
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  instance_id text NOT NULL,
  public_id text NOT NULL,
  enabled boolean NOT NULL,
  priority integer NOT NULL,
  settings jsonb NOT NULL,
  api_token bytea,
  settings_version integer NOT NULL DEFAULT 1,
  codechat_integration boolean NOT NULL DEFAULT false,
  last_error jsonb,
  ending boolean NOT NULL DEFAULT false,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT typebots_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instances(id) ON DELETE CASCADE,
  CONSTRAINT typebots_pkey PRIMARY KEY (id),
  CONSTRAINT typebots_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(id) ON DELETE CASCADE
);

CREATE TABLE workspaces (
  id uuid NOT NULL,
  project_id integer NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 100),
  name text NOT NULL,
  client_token text NOT NULL,
  client_secret_hash bytea NOT NULL,
  client_previous_hash bytea,
  client_previous_until timestamp(3) with time zone,
  client_value_no integer NOT NULL DEFAULT 1,
  ending boolean NOT NULL DEFAULT false,
  created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
  CONSTRAINT workspaces_client_token_key UNIQUE (client_token),
  CONSTRAINT workspaces_pkey PRIMARY KEY (id),
  CONSTRAINT workspaces_project_id_key UNIQUE (project_id)
);

CREATE INDEX api_keys_by_instance ON public.api_keys USING btree (instance_id) WHERE (instance_id IS NOT NULL);

CREATE INDEX api_keys_by_workspace ON public.api_keys USING btree (workspace_id, created_at);

CREATE INDEX audit_by_time ON public.audit USING btree (at);

CREATE INDEX audit_by_workspace ON public.audit USING btree (workspace_id, at DESC, id DESC);

CREATE INDEX botpress_users_by_tags ON public.botpress_users USING gin (tags jsonb_path_ops);

CREATE INDEX console_sessions_by_end ON public.console_sessions USING btree (expires_at);

CREATE INDEX console_sessions_by_instance ON public.console_sessions USING btree (instance_id) WHERE (instance_id IS NOT NULL);

CREATE INDEX console_sessions_by_key ON public.console_sessions USING btree (key_id) WHERE (key_id IS NOT NULL);

CREATE INDEX console_sessions_by_workspace ON public.console_sessions USING btree (workspace_id);

CREATE INDEX contact_addresses_by_contact ON public.contact_addresses USING btree (contact_id);

CREATE INDEX contact_addresses_by_last_digits ON public.contact_addresses USING btree (reverse(split_part(jid, '@'::text, 1)) text_pattern_ops);

CREATE INDEX contact_addresses_by_number ON public.contact_addresses USING btree (split_part(jid, '@'::text, 1) text_pattern_ops);

CREATE INDEX contacts_by_instance ON public.contacts USING btree (instance_id, created_at);

CREATE INDEX contacts_by_name ON public.contacts USING gin (to_tsvector('simple'::regconfig, regexp_replace(NORMALIZE(push_name, NFKD), '[\u0300-\u036f]'::text, ''::text, 'g'::text)));

CREATE INDEX contacts_muted ON public.contacts USING btree (id) WHERE (muted_until IS NOT NULL);

CREATE INDEX contacts_muted_by_instance ON public.contacts USING btree (instance_id, muted_until, row_id) WHERE (muted_until IS NOT NULL);

CREATE INDEX contacts_to_relay ON public.contacts USING btree (relay_next_at) WHERE (relay_next_at IS NOT NULL);

CREATE INDEX deliveries_by_subscription ON public.deliveries USING btree (subscription_id, row_id DESC);

CREATE INDEX deliveries_by_time ON public.deliveries USING btree (at);

CREATE INDEX deliveries_pending ON public.deliveries USING btree (subscription_id, session_id, row_id) WHERE (status = 'pending'::text);

CREATE INDEX deliveries_to_start ON public.deliveries USING btree (start_next_at) WHERE (start_next_at IS NOT NULL);

CREATE INDEX endings_to_start ON public.endings USING btree (start_next_at) WHERE (start_next_at IS NOT NULL);

CREATE INDEX idempotent_answers_by_time ON public.idempotent_answers USING btree (created_at);

CREATE INDEX inbox_by_provider_id ON public.inbox USING btree (instance_id, provider_message_id);

CREATE INDEX inbox_by_session ON public.inbox USING btree (session_id, row_id);

CREATE INDEX inbox_by_time ON public.inbox USING btree (instance_id, created_at) INCLUDE (sender);

CREATE INDEX inbox_by_turn ON public.inbox USING btree (session_id, turn_no) WHERE (turn_no IS NOT NULL);

CREATE INDEX inbox_from_number ON public.inbox USING btree (session_id, row_id) WHERE (sender = ANY (ARRAY['operator'::text, 'api'::text]));

CREATE INDEX inbox_media_to_start ON public.inbox USING btree (media_next_at) WHERE (media_next_at IS NOT NULL);

CREATE UNIQUE INDEX inbox_numbers ON public.inbox USING btree (contact_id, number);

CREATE INDEX inbox_waiting ON public.inbox USING btree (session_id, number) WHERE (fate = 'waiting'::text);

CREATE INDEX inbox_with_referral ON public.inbox USING btree (session_id, row_id) WHERE (referral IS NOT NULL);

CREATE INDEX instances_by_workspace ON public.instances USING btree (workspace_id, created_at DESC);

CREATE INDEX media_by_hash ON public.media USING btree (instance_id, sha256);

CREATE INDEX media_by_session ON public.media USING btree (session_id) WHERE (session_id IS NOT NULL);

CREATE UNIQUE INDEX outbox_bubbles ON public.outbox USING btree (session_id, turn_no, bubble_no) WHERE (turn_no IS NOT NULL);

CREATE INDEX outbox_by_client_id ON public.outbox USING btree (instance_id, client_message_id) WHERE (client_message_id IS NOT NULL);

CREATE INDEX outbox_by_contact ON public.outbox USING btree (contact_id, row_id);

CREATE INDEX outbox_by_db_id ON public.outbox USING btree (instance_id, provider_db_id) WHERE (provider_db_id IS NOT NULL);

CREATE INDEX outbox_by_provider_id ON public.outbox USING btree (instance_id, provider_message_id) WHERE (provider_message_id IS NOT NULL);

CREATE INDEX outbox_by_session ON public.outbox USING btree (session_id, row_id);

CREATE INDEX outbox_by_time ON public.outbox USING btree (instance_id, created_at) INCLUDE (sender, state);

CREATE INDEX outbox_holding ON public.outbox USING btree (contact_id, holds_until) WHERE (holds_until IS NOT NULL);

CREATE UNIQUE INDEX outbox_one_sending ON public.outbox USING btree (contact_id) WHERE (state = 'sending'::text);

CREATE INDEX outbox_to_start ON public.outbox USING btree (start_next_at) WHERE (start_next_at IS NOT NULL);

CREATE INDEX outbox_unsent ON public.outbox USING btree (session_id, turn_no, bubble_no) WHERE (state = ANY (ARRAY['pending'::text, 'sending'::text, 'unknown'::text]));

CREATE INDEX outbox_window_closed ON public.outbox USING btree (session_id, turn_no) WHERE ((error ->> 'reason'::text) = 'window_closed'::text);

CREATE INDEX seen_messages_by_day ON public.seen_messages USING btree (day);

CREATE INDEX session_events_asked ON public.session_events USING btree (workspace_id, at DESC, id DESC) WHERE (data ? 'surface'::text);

CREATE INDEX session_events_by_session ON public.session_events USING btree (session_id, id);

CREATE INDEX session_events_by_time ON public.session_events USING btree (at);

CREATE INDEX session_events_failures ON public.session_events USING btree (at) WHERE ((type = ANY (ARRAY['turn.failed'::text, 'message.failed'::text])) OR ((type = 'session.paused'::text) AND ((data ->> 'by'::text) = 'flood'::text)));

CREATE INDEX session_events_in_order ON public.session_events USING btree (workspace_id, txid, id);

CREATE INDEX sessions_active ON public.sessions USING btree (workspace_id, COALESCE(last_message_at, created_at) DESC, row_id DESC) WHERE (status = ANY (ARRAY['opened'::text, 'paused'::text]));

CREATE INDEX sessions_by_change ON public.sessions USING btree (typebot_id, updated_at, row_id);

CREATE INDEX sessions_by_contact ON public.sessions USING btree (contact_id, created_at DESC);

CREATE INDEX sessions_by_instance ON public.sessions USING btree (instance_id, created_at DESC, row_id DESC);

CREATE INDEX sessions_by_jid ON public.sessions USING btree (instance_id, remote_jid);

CREATE INDEX sessions_by_last_message ON public.sessions USING btree (workspace_id, COALESCE(last_message_at, created_at) DESC, row_id DESC);

CREATE INDEX sessions_by_reason ON public.sessions USING btree (workspace_id, close_reason, COALESCE(last_message_at, created_at) DESC, row_id DESC) WHERE (close_reason IS NOT NULL);

CREATE INDEX sessions_by_segment ON public.sessions USING btree (workspace_id, segment, COALESCE(last_message_at, created_at) DESC, row_id DESC) WHERE (segment <> 'chat'::text);

CREATE INDEX sessions_by_tags ON public.sessions USING gin (tags) WHERE (tags <> '{}'::jsonb);

CREATE INDEX sessions_by_typebot ON public.sessions USING btree (typebot_id, created_at DESC, row_id DESC);

CREATE INDEX sessions_by_workspace ON public.sessions USING btree (workspace_id, created_at, row_id);

CREATE INDEX sessions_hidden ON public.sessions USING btree (hidden_at) WHERE (hidden_at IS NOT NULL);

CREATE UNIQUE INDEX sessions_one_active ON public.sessions USING btree (contact_id) WHERE (status = ANY (ARRAY['opened'::text, 'paused'::text]));

CREATE INDEX subscriptions_by_workspace ON public.subscriptions USING btree (workspace_id, created_at);

CREATE INDEX turns_begun ON public.turns USING btree (session_id, number) WHERE (state = 'begun'::text);

CREATE INDEX typebot_results_by_typebot ON public.typebot_results USING btree (typebot_id);

CREATE INDEX typebots_by_workspace ON public.typebots USING btree (workspace_id);

CREATE UNIQUE INDEX typebots_codechat ON public.typebots USING btree (instance_id) WHERE (codechat_integration AND (NOT ending));

CREATE INDEX typebots_in_order ON public.typebots USING btree (instance_id, priority DESC, created_at, id);

CREATE OR REPLACE FUNCTION public.note_media_deletion()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO media_deletions (storage_key) VALUES (OLD.storage_key) ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$function$;

CREATE TRIGGER media_bytes_follow_row AFTER DELETE ON public.media FOR EACH ROW EXECUTE FUNCTION note_media_deletion();
