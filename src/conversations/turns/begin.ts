import type { BegunTurn, Chain, KnownCall, TurnInput } from '../../../activities/ports/turns.js';
import type { TalkRequest, TalkResult } from '../../../workflows/needs.js';
import type { Tx } from '../../store/db.js';
import { readTaken, takeWaiting } from '../../store/messages/inbox.js';
import type { WaitingRow } from '../../store/messages/inbox.js';
import { readLatest } from '../../store/contacts/snapshot.js';
import { lockTurnContext, noteSettingsVersion } from '../../store/sessions/turn-context.js';
import type { SessionContext, TurnContext } from '../../store/sessions/turn-context.js';
import { insertTurn, markContinued, readTurn } from '../../store/sessions/turns.js';
import type { TurnRow } from '../../store/sessions/turns.js';
import { recordOf } from '../sessions/apply-command.js';
import type { Core } from '../core.js';
import { mostTurns, stopFlood } from './flood.js';
import { mediaOf } from './keep-media.js';
import { flowSettings, flowSurface, prefilledVariables } from './flow-context.js';

/** What every turn needs from the configuration. */
export interface TurnConfig {
  publicUrl: string;
  typebot: { timeoutMs: number; patienceMs: number };
}

type Begun = { type: 'begun'; turn: BegunTurn } | { type: 'over'; result: TalkResult };

/** Claims the messages of a turn under the contact's lock, or resumes a turn that has begun already. */
export async function beginTurn(
  deps: Core,
  config: TurnConfig,
  { request, known }: { request: TalkRequest; known: KnownCall },
): Promise<Begun> {
  const taken = await deps.db.transaction((tx) => takeTurn(tx, request));
  if (taken.type === 'over') return taken;
  Object.assign(known, { mark: taken.turn.callBeganAt?.toISOString() ?? null, sinceMs: taken.sinceMs });
  const { instanceId, instanceVersion } = taken.context;
  const instance = await deps.instances.at(instanceId, instanceVersion);
  if (instance === undefined) return { type: 'over', result: await nothing(deps.db, request, 'dropped') };
  const connected = taken.context.channel === 'api' ? undefined : deps.instances.connect(instance).context;
  return {
    type: 'begun',
    turn: toBegun(taken, { config, known, surface: flowSurface(taken.context, connected) }),
  };
}

interface Taken {
  type: 'taken';
  context: TurnContext;
  turn: TurnRow;
  rows: WaitingRow[];
  continuation: boolean;
  /** Begun by this attempt: the call it notes is about to be made. */
  fresh: boolean;
  /** When it began, by `performance.now()`. */
  sinceMs: number;
}

async function takeTurn(tx: Tx, request: TalkRequest): Promise<Taken | { type: 'over'; result: TalkResult }> {
  const { sessionId, turn: number } = request;
  const context = await lockTurnContext(tx, sessionId, number);
  if (context === undefined) return over(tx, request, 'dropped');
  const sinceMs = performance.now();
  const known = context.isKnown ? await readTurn(tx, sessionId, number) : undefined;
  if (known?.state === 'cancelled') return over(tx, request, 'dropped');
  if (known?.state === 'answered') return answered(tx, request, known);
  if (known !== undefined) {
    const rows = await readTaken(tx, sessionId, number);
    const continuation = rows.length === 0;
    return { type: 'taken', context, turn: known, rows, continuation, fresh: false, sinceMs };
  }
  const claimed = await claimTurn(tx, request, context);
  if (claimed === undefined) return over(tx, request, 'nothing');
  await noteTurn(tx, context, claimed.rows.length);
  return { type: 'taken', context, ...claimed, fresh: true, sinceMs };
}

/** Begins a turn with the waiting messages. Undefined when there are none, or too many turns in a minute. */
export async function claimTurn(
  tx: Tx,
  { sessionId, turn: number, upTo }: TalkRequest,
  context: SessionContext,
): Promise<Pick<Taken, 'turn' | 'rows' | 'continuation'> | undefined> {
  const continuation = upTo === 0 && (await markContinued(tx, sessionId, number - 1));
  const firstOnly = context.settings.debounce_ms === 0;
  const rows = continuation ? [] : await takeWaiting(tx, { sessionId, turn: number, upTo, firstOnly });
  if (!continuation && rows.length === 0) return undefined;
  const turn = await insertTurn(tx, {
    ...{ sessionId, number, contactId: context.contactId, opening: context.opening },
    // With a file the call is noted only when it is made, because the file may have to be fetched first.
    calls: rows.every((row) => mediaOf(row.content) === undefined),
    most: mostTurns(context, rows),
  });
  if (turn === undefined) await stopFlood(tx, context, number);
  return turn && { turn, rows, continuation };
}

async function noteTurn(tx: Tx, context: TurnContext, count: number): Promise<void> {
  const session = { id: context.sessionId, workspaceId: context.workspaceId, instanceId: context.instanceId };
  if (context.notedSettingsVersion !== context.settingsVersion) {
    await noteSettingsVersion(tx, session.id, context.settingsVersion);
    await recordOf(tx, session, 'settings.changed', { version: context.settingsVersion });
  }
  if (count > 1) await recordOf(tx, session, 'turn.merged', { count });
}

async function over(
  tx: Tx,
  request: TalkRequest,
  outcome: 'nothing' | 'dropped',
): Promise<{ type: 'over'; result: TalkResult }> {
  return { type: 'over', result: await nothing(tx, request, outcome) };
}

async function nothing(
  db: Pick<Tx, 'query'>,
  request: TalkRequest,
  outcome: 'nothing' | 'dropped',
): Promise<TalkResult> {
  const snapshot = await readLatest(db, request.contactId);
  return { outcome, bubbles: 0, continueAfterMs: null, snapshot };
}

async function answered(
  tx: Tx,
  request: TalkRequest,
  turn: TurnRow,
): Promise<{ type: 'over'; result: TalkResult }> {
  const snapshot = await readLatest(tx, request.contactId);
  return {
    type: 'over',
    result: {
      outcome: 'answered',
      bubbles: turn.bubbles,
      continueAfterMs: turn.continueAfterMs,
      snapshot,
    },
  };
}

function toBegun(
  taken: Taken,
  { config, known, surface }: { config: TurnConfig } & Pick<BegunTurn, 'known' | 'surface'>,
): BegunTurn {
  const { context, turn, rows, continuation } = taken;
  return {
    sessionId: context.sessionId,
    contactId: context.contactId,
    instanceId: context.instanceId,
    turn: turn.number,
    typebot: { id: context.typebotId, typebotUrl: context.settings.typebot_url, publicId: context.publicId },
    settings: flowSettings(context.settings),
    surface,
    typebotSessionId: context.typebotSessionId,
    openInput: context.openInput,
    brokenTurns: context.brokenTurns,
    place: context.transcriptPlace,
    inputs: rows.map(toInput),
    continuation,
    continuations: continuation ? turn.number - (context.lastInputTurn ?? 0) : 0,
    prefilledVariables: prefilledVariables(context, rows[0], config.publicUrl),
    resultId: context.resultId,
    ...firstCall(taken),
    known,
    // Only `callBegins` and `callEnded` write this column, with this same type.
    chain: turn.progress as Chain | null,
    slowestCallMs: context.slowestCallMs,
    timeoutMs: config.typebot.timeoutMs,
    patienceMs: config.typebot.patienceMs,
  };
}

/** A call noted by this attempt has yet to be made. The outcome of one noted earlier is unknown. */
function firstCall({
  turn: { callBeganAt, callAgeMs },
  fresh,
}: Taken): Pick<BegunTurn, 'openCall' | 'freshMark'> {
  if (callBeganAt === null) return { openCall: null, freshMark: null };
  const mark = callBeganAt.toISOString();
  if (fresh) return { openCall: null, freshMark: mark };
  return { openCall: { mark, ageMs: callAgeMs ?? 0 }, freshMark: null };
}

function toInput(row: WaitingRow): TurnInput {
  return {
    inboxId: row.id,
    origin: row.origin,
    content: row.content,
    quotedTurn: row.quotedTurn,
    keyId: row.providerMessageId,
  };
}
