import type { OutboundContent } from '../../../activities/ports/messages.js';
import { INSTANCE_VERSION } from '../accounts/instances.js';
import type { Queryable, Tx } from '../db.js';
import { endOverdue } from './sends-under-way.js';

/** `gateIsOpen` as SQL, for a session `s`. A claim is one statement, so that nothing comes between check and claim. */
export const GATE_IS_OPEN = `(s.status = 'opened' AND s.chat_mode = 'bot' AND s.resolution <> 'closed')`;

/** SQL for an outbox row `o`: what a program sends in the bot's name, or Parley does by itself, outside a turn. */
const OF_A_PROGRAM = `(o.turn_no IS NULL AND o.sender <> 'operator')`;

/** A message to claim. */
export interface ClaimAsk {
  id: string;
  /** The gate number that the bot's bubble was given; null for messages that pass no gate. */
  gateNo: number | null;
  /** How often it was claimed when the caller looked; another attempt may have claimed it since. */
  attempts: number;
  /** `INSTANCE_VERSION` when the caller looked: with these settings it prepared the send. */
  instanceVersion: number | null;
}

/**
 * What a claim finds. `free`: nothing in the way. `gone`: the message was sent or claimed meanwhile, or its session is
 * gone. `held`: the gate is closed or has another number, the contact is muted, or the number silenced. `queued`: an
 * earlier message with its own workflow goes first. `changed`: the instance has other settings by now. `busy`: another
 * message to the contact is being sent.
 */
export type Verdict = 'gone' | 'held' | 'queued' | 'changed' | 'busy' | 'free';

/**
 * Checks the gate, for `$1` id, `$2` gate number, `$3` version of the instance, `$4` number of claims. Contact, then
 * session are locked FOR SHARE, and the instance against the switch that silences it: so whatever closes the gate waits
 * for the claim, or the claim for it. Locked rows are read as they are now, not as when the statement began. The
 * contact's sends past their end become `unknown` after the check.
 *
 * A message without a gate number waits only for that switch, and only if a program sends it in the bot's name. What an
 * operator writes, or sends of an answer that is held back, passes.
 */
const VERDICT = `found AS (
    SELECT id, row_id, contact_id, session_id, instance_id, outbound_id, reply_to, content, ${OF_A_PROGRAM} AS of_a_program,
        coalesce(scheduled_at, created_at) AS planned_at
      FROM outbox o WHERE id = $1 AND session_id IS NOT NULL AND attempts = $4),
  person AS (
    SELECT CASE WHEN c.muted_until > clock_timestamp() THEN c.muted_until END AS muted_until
      FROM found JOIN contacts c ON c.id = found.contact_id WHERE $2::int IS NOT NULL FOR SHARE OF c),
  gate AS (
    SELECT person.muted_until, ${GATE_IS_OPEN} AND s.hidden_at IS NULL AND s.gate_no = $2 AND person.muted_until IS NULL AND NOT t.ending AND NOT i.ending
        AND i.silenced_at IS NULL AS open
      FROM found CROSS JOIN person JOIN sessions s ON s.id = found.session_id
        JOIN typebots t ON t.id = s.typebot_id JOIN instances i ON i.id = s.instance_id
      FOR SHARE OF s FOR KEY SHARE OF i),
  switch AS (
    SELECT i.silenced_at IS NOT NULL AS is_off
      FROM found JOIN instances i ON i.id = found.instance_id WHERE $2::int IS NULL FOR KEY SHARE OF i),
  verdict AS (
    SELECT found.*, gate.muted_until, CASE
        WHEN $2 IS NOT NULL AND gate.open IS NULL THEN 'gone'
        WHEN NOT gate.open OR (switch.is_off AND found.of_a_program) THEN 'held'
        WHEN $2 IS NULL AND EXISTS (
          SELECT FROM outbox o WHERE o.contact_id = found.contact_id AND o.turn_no IS NULL AND o.row_id < found.row_id
            AND o.state IN ('pending', 'sending') AND coalesce(o.scheduled_at, o.created_at) <= found.planned_at
            AND NOT (switch.is_off AND ${OF_A_PROGRAM})) THEN 'queued'
        WHEN (SELECT ${INSTANCE_VERSION} FROM instances i WHERE i.id = found.instance_id) IS DISTINCT FROM $3::float8
          THEN 'changed'
        WHEN EXISTS (SELECT FROM outbox b WHERE b.contact_id = found.contact_id AND b.state = 'sending') THEN 'busy'
        ELSE 'free' END AS word
      FROM found LEFT JOIN gate ON true LEFT JOIN switch ON true),
  ended AS (${endOverdue('contact_id = (SELECT contact_id FROM verdict)')})`;

/** What a claim would find now, and the contact of the message. The locks last as long as the transaction. */
export async function readVerdict(
  tx: Tx,
  ask: ClaimAsk,
): Promise<{ word: Verdict; contactId: string } | undefined> {
  const { rows } = await tx.query<{ word: Verdict; contactId: string }>(
    `WITH ${VERDICT} SELECT word, contact_id AS "contactId" FROM verdict`,
    askValues(ask),
  );
  return rows[0];
}

function askValues({ id, gateNo, instanceVersion, attempts }: ClaimAsk): unknown[] {
  return [id, gateNo, instanceVersion, attempts];
}

/** A claimed message, with the contact's addresses. */
export interface ClaimedRow {
  outboundId: string;
  clientMessageId: string | null;
  attempts: number;
  replyTo: string | null;
  content: OutboundContent;
  jid: string;
  waId: string | null;
  bsuid: string | null;
}

/** The claimed message, or what is in the way and until when the contact is muted. */
export type ClaimOutcome =
  { word: 'free'; message: ClaimedRow } | { word: Exclude<Verdict, 'free'>; mutedUntil: Date | null };

/**
 * Moves a message through the gate to `sending`, in one statement. One claim covers one request, which takes at most
 * `timeoutMs`. Of two simultaneous claims for a contact the later fails with 23505; repeated, it finds `busy`.
 */
export async function claimOutbound(
  db: Queryable,
  ask: ClaimAsk,
  claim: { timeoutMs: number; clientMessageId: string | null },
): Promise<ClaimOutcome> {
  const { rows } = await db.query<
    Omit<ClaimedRow, 'attempts'> & { attempts: number | null; word: Verdict; mutedUntil: Date | null }
  >(
    `WITH ${VERDICT},
     claimed AS (
       UPDATE outbox SET state = 'sending', claimed_at = clock_timestamp(),
         claim_ends_at = clock_timestamp() + $5 * interval '1 millisecond', attempts = attempts + 1, slot_at = NULL, next_attempt_at = NULL,
         first_tried_at = coalesce(first_tried_at, clock_timestamp()), client_message_id = coalesce(client_message_id, $6)
        FROM verdict WHERE outbox.id = verdict.id AND word = 'free' AND state IN ('pending', 'unknown') AND attempts = $4
        RETURNING attempts, client_message_id),
     seen AS (
       INSERT INTO seen_messages (instance_id, direction, message_id)
       SELECT instance_id, 'out', id.own FROM verdict, claimed, LATERAL unnest(ARRAY[outbound_id, client_message_id]) AS id (own)
        WHERE id.own IS NOT NULL ON CONFLICT DO NOTHING)
     SELECT word, verdict.muted_until AS "mutedUntil", outbound_id AS "outboundId", client_message_id AS "clientMessageId",
         attempts, reply_to AS "replyTo", content, c.reply_jid AS jid, c.wa_id AS "waId", c.bsuid
       FROM verdict JOIN contacts c ON c.id = verdict.contact_id LEFT JOIN claimed ON true`,
    [...askValues(ask), claim.timeoutMs, claim.clientMessageId],
  );
  const [row] = rows;
  if (row === undefined) return { word: 'gone', mutedUntil: null };
  const { word, mutedUntil, attempts, ...message } = row;
  if (word !== 'free') return { word, mutedUntil };
  return attempts === null ? { word: 'gone', mutedUntil } : { word, message: { ...message, attempts } };
}
