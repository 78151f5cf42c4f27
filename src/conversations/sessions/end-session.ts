import { transition } from '../../../workflows/axes.js';
import type { CloseReason, Transition } from '../../../workflows/axes.js';
import { noteEnding, setCooldown } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { dropWaiting, listWaiting, moveToSession } from '../../store/messages/inbox.js';
import type { RestRow } from '../../store/messages/inbox.js';
import { dropBubbles } from '../../store/messages/outbox-sends.js';
import type { Actor, ContactRow, SessionRow, TypebotRow } from '../../store/rows.js';
import { hideSession, writeAxes } from '../../store/sessions/sessions.js';
import { clearFlow } from '../../store/sessions/flow-state.js';
import { cancelBegunTurns } from '../../store/sessions/turns.js';
import { listTypebots, findTypebot } from '../../store/accounts/typebots.js';
import type { AfterCommit } from '../after-commit.js';
import { axesOf, recordOf, told } from './apply-command.js';
import { cameDuringEnding, chosen, judge } from './candidates.js';
import { isHeldBack } from './held-back.js';
import { openSession } from './open-session.js';

/** Why a session ends, and what else changes with it. */
export interface EndOptions {
  reason: CloseReason;
  /** The transition that ends it, if it does more than close (YourGPT keeps a given chat mode). */
  outcome?: Transition;
  segment?: string;
  actor?: Actor;
  /** An explicit deletion removes row and transcript, whatever `keep_open` says. */
  remove?: boolean;
}

/** A contact and its session, both locked, the contact first. */
export interface Locked {
  contact: ContactRow;
  session: SessionRow;
}

/** Waiting messages are dropped for these reasons; for the others they are routed like new ones. */
const DROPS: readonly CloseReason[] = ['closed_by_api', 'replaced', 'typebot_deleted', 'keyword_finish'];

/** The flow ended by itself, so what was written while it spoke does not start it again. */
const BY_ITSELF: readonly CloseReason[] = ['completed', 'failed'];

/** Ends a session, for any reason. A row that it hides is deleted after the commit. */
export async function endSession(
  tx: Tx,
  after: AfterCommit,
  { contact, session }: Locked,
  options: EndOptions,
): Promise<void> {
  const { reason, segment, actor } = options;
  const outcome = options.outcome ?? transition(axesOf(session), { type: 'close', reason }, 0);
  if (outcome.type === 'changed') {
    await writeAxes(tx, session.id, outcome.axes, { closeReason: reason, segment });
    await recordOf(tx, session, 'session.closed', { reason, ...told(actor) });
  }
  await cancelBegunTurns(tx, session.id);
  await dropBubbles(tx, session.id);
  await clearFlow(tx, session.id);
  const typebot = await findTypebot(tx, session.typebotId);
  const minutes = reason === 'completed' ? (typebot?.settings.cooldown_minutes ?? 0) : 0;
  const cooldown = minutes > 0 ? await setCooldown(tx, contact.id, minutes) : {};
  const ended = BY_ITSELF.includes(reason) ? await noteEnding(tx, session) : {};
  await routeRest(tx, { ...contact, ...cooldown, ...ended }, session, reason);
  if (options.remove !== true && typebot?.settings.keep_open === true) return;
  await hideSession(tx, session.id);
  after.remove(session.id);
}

/** Routes messages that arrived just as the session ended like new ones, which may open the next session. */
async function routeRest(
  tx: Tx,
  contact: ContactRow,
  session: SessionRow,
  reason: CloseReason,
): Promise<void> {
  if (DROPS.includes(reason) || isHeldBack(contact, Date.now()) || session.channel === 'api')
    return dropWaiting(tx, session.id);
  const waiting = await listWaiting(tx, session.id);
  const typebots = waiting.length === 0 ? [] : await listTypebots(tx, session.instanceId);
  const starters = waiting.map((row) => starterOf(typebots, contact, row));
  const first = starters.findIndex((typebot) => typebot !== undefined);
  const typebot = starters[first];
  if (typebot !== undefined) {
    const next = await openSession(tx, contact, typebot, { trigger: typebot.settings.trigger_type });
    await moveToSession(
      tx,
      waiting.slice(first).map((row) => row.id),
      next.id,
    );
  }
  await dropWaiting(tx, session.id);
}

function starterOf(
  typebots: TypebotRow[],
  contact: ContactRow,
  { sender, text, arrivedMs }: RestRow,
): TypebotRow | undefined {
  if (sender !== 'contact') return undefined;
  const quietSinceMs = contact.quietSince?.getTime() ?? null;
  const input = { text, isGroup: contact.isGroup, fromMe: false, quietSinceMs, nowMs: Date.now() };
  const typebot = chosen(judge(typebots, input));
  return typebot && cameDuringEnding(contact, typebot, arrivedMs) ? undefined : typebot;
}
