import type { BegunTurn, Chain, TurnInput } from '../../../activities/ports/turns.js';
import type { TalkRequest, TalkResult } from '../../../workflows/needs.js';
import { lockContact, raiseClock } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { readTaken, takeWaiting } from '../../store/messages/inbox.js';
import type { WaitingRow } from '../../store/messages/inbox.js';
import { readLatest } from '../../store/contacts/snapshot.js';
import { noteSettingsVersion, readTurnContext } from '../../store/sessions/turn-context.js';
import type { TurnContext } from '../../store/sessions/turn-context.js';
import { insertTurn, markContinued, readTurn } from '../../store/sessions/turns.js';
import type { TurnRow } from '../../store/sessions/turns.js';
import { recordOf } from '../sessions/apply-command.js';
import type { Core } from '../core.js';
import { stopFlood } from './flood.js';
import { mediaOf } from './keep-media.js';
import { flowSettings, flowSurface, prefilledVariables } from './flow-context.js';

/** What every turn needs from the configuration. */
export interface TurnConfig {
  publicUrl: string;
  typebot: { timeoutMs: number; patienceMs: number };
}

type Begun = { type: 'begun'; turn: BegunTurn } | { type: 'over'; result: TalkResult };

/** Claims the messages of a turn under the contact's lock, or resumes a turn that has begun already. */
export async function beginTurn(deps: Core, config: TurnConfig, request: TalkRequest): Promise<Begun> {
  const taken = await deps.db.transaction((tx) => takeTurn(tx, request));
  if (taken.type === 'over') return taken;
  const instance = await deps.instances.find(taken.context.instanceId);
  if (instance === undefined) return { type: 'over', result: await nothing(deps.db, request, 'dropped') };
  const connected = taken.context.channel === 'api' ? undefined : deps.instances.connect(instance).context;
  return { type: 'begun', turn: toBegun(taken, { config, surface: flowSurface(taken.context, connected) }) };
}

interface Taken {
  type: 'taken';
  context: TurnContext;
  turn: TurnRow;
  rows: WaitingRow[];
  continuation: boolean;
  /** Begun by this attempt: the call it notes is about to be made. */
  fresh: boolean;
}

async function takeTurn(tx: Tx, request: TalkRequest): Promise<Taken | { type: 'over'; result: TalkResult }> {
  await lockContact(tx, request.contactId);
  const context = await readTurnContext(tx, request.sessionId);
  if (context === undefined) return over(tx, request, 'dropped');
  const known = await readTurn(tx, request.sessionId, request.turn);
  if (known?.state === 'cancelled') return over(tx, request, 'dropped');
  if (known?.state === 'answered') return answered(tx, request, known);
  if (known !== undefined) {
    const rows = await readTaken(tx, request.sessionId, request.turn);
    return { type: 'taken', context, turn: known, rows, continuation: rows.length === 0, fresh: false };
  }
  return newTurn(tx, request, context);
}

async function newTurn(
  tx: Tx,
  request: TalkRequest,
  context: TurnContext,
): Promise<Taken | { type: 'over'; result: TalkResult }> {
  const claimed = await claimTurn(tx, request, context);
  if (claimed === undefined) return over(tx, request, 'nothing');
  await raiseClock(tx, request.contactId);
  await noteTurn(tx, context, claimed.rows.length);
  return { type: 'taken', context, ...claimed, fresh: true };
}

/** Begins a turn with the waiting messages. Undefined when there are none, or too many turns in a minute. */
export async function claimTurn(
  tx: Tx,
  request: TalkRequest,
  context: TurnContext,
): Promise<Pick<Taken, 'turn' | 'rows' | 'continuation'> | undefined> {
  const continuation = request.upTo === 0 && (await markContinued(tx, request.sessionId, request.turn - 1));
  const claim = {
    sessionId: request.sessionId,
    turn: request.turn,
    upTo: request.upTo,
    firstOnly: context.settings.debounce_ms === 0,
  };
  const rows = continuation ? [] : await takeWaiting(tx, claim);
  if (!continuation && rows.length === 0) return undefined;
  if (await stopFlood(tx, context, { number: request.turn, rows })) {
    await raiseClock(tx, request.contactId);
    return undefined;
  }
  // A file may have to be fetched first, so such a turn notes its call only when it makes it.
  const calls = rows.every((row) => mediaOf(row.content) === undefined);
  const { sessionId, turn: number } = request;
  const turn = await insertTurn(tx, { sessionId, number, opening: context.opening, calls });
  if (turn === undefined) throw new Error('beginTurn: the new row is gone');
  return { turn, rows, continuation };
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
  { context, turn, rows, continuation, fresh }: Taken,
  made: { config: TurnConfig; surface: BegunTurn['surface'] },
): BegunTurn {
  const { config } = made;
  return {
    sessionId: context.sessionId,
    contactId: context.contactId,
    instanceId: context.instanceId,
    turn: turn.number,
    typebot: { id: context.typebotId, typebotUrl: context.settings.typebot_url, publicId: context.publicId },
    settings: flowSettings(context.settings),
    surface: made.surface,
    typebotSessionId: context.typebotSessionId,
    openInput: context.openInput,
    brokenTurns: context.brokenTurns,
    place: context.transcriptPlace,
    inputs: rows.map(toInput),
    continuation,
    continuations: continuation ? turn.number - (context.lastInputTurn ?? 0) : 0,
    prefilledVariables: prefilledVariables(context, rows[0], config.publicUrl),
    resultId: context.resultId,
    ...callOf(turn, fresh),
    // Only `callBegins` and `callEnded` write this column, with this same type.
    chain: turn.progress as Chain | null,
    slowestCallMs: context.slowestCallMs,
    timeoutMs: config.typebot.timeoutMs,
    patienceMs: config.typebot.patienceMs,
  };
}

/** A call noted by this attempt has yet to be made. The outcome of one noted earlier is unknown. */
function callOf({ callBeganAt }: TurnRow, fresh: boolean): Pick<BegunTurn, 'openCall' | 'freshMark'> {
  if (callBeganAt === null) return { openCall: null, freshMark: null };
  const mark = callBeganAt.toISOString();
  if (fresh) return { openCall: null, freshMark: mark };
  return { openCall: { mark, ageMs: Date.now() - callBeganAt.getTime() }, freshMark: null };
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
