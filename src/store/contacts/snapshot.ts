import type { SessionSnapshot, Snapshot, TurnSnapshot } from '../../../workflows/snapshot.js';
import type { ChatMode, Resolution, SessionStatus } from '../../../workflows/axes.js';
import { durationOf } from '../accounts/typebot-settings.js';
import type { Queryable, Tx } from '../db.js';
import { GATHER_MS } from '../messages/albums.js';
import type { Addressee, SignalName } from './contacts.js';

interface Row {
  clock: number;
  mutedUntil: Date | null;
  silenced: boolean;
  id: string | null;
  typebotId: string;
  opening: number;
  status: SessionStatus;
  chatMode: ChatMode;
  resolution: Resolution;
  gateNo: number;
  version: number;
  resumesAt: Date | null;
  lastMessageAt: Date;
  turnNo: number;
  endedAs: 'completed' | 'failed' | null;
  handoff: boolean;
  waitingHigh: number;
  gatherMs: number;
  settingsVersion: number;
  debounceMs: number;
  expireMinutes: number;
  turnState: 'begun' | 'answered' | 'cancelled' | null;
  unsent: number;
  continueAfterMs: number | null;
  instanceId: string;
  remoteJid: string;
  instanceName: string;
  publicId: string | null;
}

/** SQL for the snapshots of the contacts in a relation `c` with the columns of the table. */
const SNAPSHOT = `SELECT c.signal_no AS clock, c.muted_until AS "mutedUntil",
       n.silenced_at IS NOT NULL AS silenced, s.id, s.typebot_id AS "typebotId", s.opening, s.status,
       s.chat_mode AS "chatMode", s.resolution, s.gate_no AS "gateNo", s.version, s.resumes_at AS "resumesAt",
       greatest(s.last_message_at, s.opened_at) AS "lastMessageAt", s.turn_no AS "turnNo", s.ended_as AS "endedAs", s.handoff_due OR s.pause_due AS handoff,
       coalesce((SELECT max(i.number) FROM inbox i WHERE i.session_id = s.id AND i.fate = 'waiting'), 0) AS "waitingHigh",
       ${GATHER_MS} AS "gatherMs",
       t.settings_version AS "settingsVersion", ${durationOf('t.settings', 'debounce_ms')} AS "debounceMs",
       ${durationOf('t.settings', 'expire_in_minutes')} AS "expireMinutes", u.state AS "turnState",
       (SELECT count(*) FROM outbox o WHERE o.session_id = s.id AND o.turn_no = u.number
          AND o.state IN ('pending', 'sending', 'unknown'))::int AS unsent,
       CASE WHEN u.continued THEN NULL ELSE u.continue_after_ms END AS "continueAfterMs",
       c.instance_id AS "instanceId", c.remote_jid AS "remoteJid", s.public_id AS "publicId",
       n.name AS "instanceName"
      FROM c JOIN instances n ON n.id = c.instance_id
      LEFT JOIN sessions s ON s.contact_id = c.id AND s.status IN ('opened', 'paused')
      LEFT JOIN typebots t ON t.id = s.typebot_id
      LEFT JOIN turns u ON u.session_id = s.id AND u.number = s.turn_no AND u.opening = s.opening`;

/** Everything that a contact's workflow needs to know. Undefined when the contact is gone. */
export async function readSnapshot(db: Queryable, contactId: string): Promise<Snapshot | undefined> {
  return (await readTold(db, contactId))?.snapshot;
}

/** What a signal tells a contact's workflow, and which contact it is. */
export interface Told {
  contact: Addressee;
  snapshot: Snapshot;
}

/** What a signal would tell now. Undefined when the contact is gone. */
export async function readTold(db: Queryable, contactId: string): Promise<Told | undefined> {
  const { rows } = await db.query<Row>(`WITH c AS (SELECT * FROM contacts WHERE id = $1) ${SNAPSHOT}`, [
    contactId,
  ]);
  return rows[0] && toTold(contactId, rows[0]);
}

/**
 * Raises the contact's clock and leaves a note for the relay, which takes over after a second if this transaction's
 * signal does not get through. Must come last in every transaction that the workflow must hear of. Resolves to the
 * signal.
 */
export async function noteChange(tx: Tx, contactId: string, signal: SignalName): Promise<Told | undefined> {
  const { rows } = await tx.query<Row>(
    `WITH c AS (UPDATE contacts SET signal_no = signal_no + 1, signal_name = $2,
         relay_next_at = now() + interval '1 second' WHERE id = $1 RETURNING *)
     ${SNAPSHOT}`,
    [contactId, signal],
  );
  return rows[0] && toTold(contactId, rows[0]);
}

function toTold(id: string, row: Row): Told {
  const { instanceId, remoteJid, instanceName, publicId } = row;
  return { contact: { id, instanceId, remoteJid, instanceName, publicId }, snapshot: toSnapshot(row) };
}

/** Raises only the clock. Must come last in an activity's transaction; the activity's result carries the snapshot. */
export async function raiseAndRead(tx: Tx, contactId: string): Promise<Snapshot> {
  const { rows } = await tx.query<Row>(
    `WITH c AS (UPDATE contacts SET signal_no = signal_no + 1 WHERE id = $1 RETURNING *) ${SNAPSHOT}`,
    [contactId],
  );
  return rows[0] ? toSnapshot(rows[0]) : GONE;
}

function toSnapshot(row: Row): Snapshot {
  const { clock, silenced } = row;
  return {
    ...{ clock, mutedUntilMs: row.mutedUntil?.getTime() ?? null, session: toSession(row) },
    // Left out when false, because most snapshots end up in a workflow history.
    ...(silenced && { silenced }),
  };
}

function toSession(row: Row): SessionSnapshot | null {
  if (row.id === null) return null;
  const { status, chatMode, resolution, gateNo, version } = row;
  return {
    id: row.id,
    typebotId: row.typebotId,
    opening: row.opening,
    axes: { status, chatMode, resolution, gateNo, version, resumesAtMs: row.resumesAt?.getTime() ?? null },
    lastMessageAtMs: row.lastMessageAt.getTime(),
    turnNo: row.turnNo,
    waitingHigh: row.waitingHigh,
    gatherMs: row.gatherMs,
    endedAs: row.endedAs,
    handoff: row.handoff,
    settings: {
      version: row.settingsVersion,
      debounceMs: row.debounceMs,
      expireMs: row.expireMinutes * 60_000,
    },
    turn: toTurn(row),
  };
}

function toTurn(row: Row): TurnSnapshot | null {
  if (row.turnState !== 'begun' && row.turnState !== 'answered') return null;
  return {
    number: row.turnNo,
    state: row.turnState,
    unsent: row.unsent,
    continueAfterMs: row.continueAfterMs,
  };
}

/** For a contact that is gone: newer than anything its workflow has heard. */
const GONE: Snapshot = { clock: Number.MAX_SAFE_INTEGER, mutedUntilMs: null, session: null };

/** As `readSnapshot`, for activities. A contact that is gone has no session. */
export async function readLatest(db: Queryable, contactId: string): Promise<Snapshot> {
  return (await readSnapshot(db, contactId)) ?? GONE;
}
