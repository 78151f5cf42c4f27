import { gateIsOpen, transition } from '../../../workflows/axes.js';
import type { Axes, Command, Transition } from '../../../workflows/axes.js';
import { recordEvent } from '../../store/events/session-events.js';
import type { EventData, EventType } from '../../store/events/session-events.js';
import { dropWaiting } from '../../store/messages/inbox.js';
import { dropBubbles } from '../../store/messages/outbox-sends.js';
import { writeAxes } from '../../store/sessions/sessions.js';
import { clearDue } from '../../store/sessions/flow-state.js';
import { dropAnswers } from '../../store/sessions/turns.js';
import type { Tx } from '../../store/db.js';
import type { Actor, SessionRow } from '../../store/rows.js';

/** The part of a row that the transition function reads and decides. */
export function axesOf(session: SessionRow): Axes {
  const { status, chatMode, resolution, gateNo, version } = session;
  return { status, chatMode, resolution, gateNo, version, resumesAtMs: session.resumesAt?.getTime() ?? null };
}

/** Who silenced the bot or handed back to it, for the timeline. */
export type By = 'api' | 'takeover' | 'operator' | 'chat_mode' | 'timer' | 'flood';

/** What the timeline notes about a change, besides its outcome. */
export interface ChangeNote {
  by: By;
  actor?: Actor;
  segment?: string;
  /** The caller records an event of its own for what it asked. */
  isTold?: boolean;
}

/**
 * Applies a command that neither ends nor reopens the session, with its effects on bubbles and waiting messages. Call
 * under the contact's lock. The transition says whether anything changed.
 */
export async function applyCommand(
  tx: Tx,
  session: SessionRow,
  command: Command,
  { nowMs, ...note }: ChangeNote & { nowMs: number },
): Promise<Transition> {
  const outcome = transition(axesOf(session), command, nowMs);
  await applyOutcome(tx, session, outcome, note);
  return outcome;
}

/** As `applyCommand`, for a transition that has been computed already. */
export async function applyOutcome(
  tx: Tx,
  session: SessionRow,
  outcome: Transition,
  note: ChangeNote,
): Promise<void> {
  const { segment } = note;
  const changed = outcome.type === 'changed';
  if (outcome.type === 'refused' || (!changed && segment === undefined)) return;
  const axes = changed ? outcome.axes : axesOf(session);
  await writeAxes(tx, session.id, axes, { closeReason: session.closeReason, segment });
  if (changed && outcome.silence === 'drop') await giveUp(tx, session.id);
  await recordWhat(tx, session, axes, note);
}

/** A person takes over: waiting messages, the open question and unsent bubbles are dropped. */
async function giveUp(tx: Tx, sessionId: string): Promise<void> {
  await dropWaiting(tx, sessionId);
  await dropAnswers(tx, sessionId);
  await dropBubbles(tx, sessionId);
  await clearDue(tx, sessionId);
}

/**
 * The one place that records a control, so that none is missing from the timeline and the audit: whether the bot fell
 * silent or may speak, and otherwise what somebody changed.
 */
async function recordWhat(tx: Tx, session: SessionRow, axes: Axes, note: ChangeNote): Promise<void> {
  const { by, actor, segment, isTold } = note;
  const [was, is] = [gateIsOpen(session), gateIsOpen(axes)];
  if (was !== is)
    return recordOf(tx, session, is ? 'session.resumed' : 'session.paused', { by, ...told(actor) });
  const changes = changedParts(session, axes, segment);
  if (actor === undefined || isTold === true || changes.length === 0) return;
  return recordOf(tx, session, 'session.edited', { changes, ...told(actor) });
}

/** The names of what differs, as the API has them. Their values stay out of events, since some belong to people. */
function changedParts(session: SessionRow, axes: Axes, segment: string | undefined): string[] {
  const was = axesOf(session);
  const parts: [string, boolean][] = [
    ['status', was.status !== axes.status],
    ['chat_mode', was.chatMode !== axes.chatMode],
    ['resolution', was.resolution !== axes.resolution],
    ['resumes_at', was.resumesAtMs !== axes.resumesAtMs],
    ['segment', segment !== undefined && segment !== session.segment],
  ];
  return parts.flatMap(([name, differs]) => (differs ? [name] : []));
}

/** The caller as an event shows it. Empty when Parley acted by itself. */
export function told(actor: Actor | undefined): EventData {
  if (actor === undefined) return {};
  return actor.surface === 'number' ? { surface: 'number' } : { surface: actor.surface, key_id: actor.keyId };
}

/** Writes one event of a session. */
export async function recordOf(
  tx: Tx,
  session: Pick<SessionRow, 'id' | 'workspaceId' | 'instanceId'>,
  type: EventType,
  data: EventData = {},
): Promise<void> {
  const { workspaceId, instanceId } = session;
  await recordEvent(tx, { workspaceId, instanceId, sessionId: session.id, type, data });
}
