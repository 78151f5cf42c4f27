import { transition } from '../../../workflows/axes.js';
import type { CloseReason, Command } from '../../../workflows/axes.js';
import { noteEnding, setCooldown } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { dropWaiting, listWaiting, moveToSession } from '../../store/messages/inbox.js';
import type { RestRow } from '../../store/messages/inbox.js';
import { dropBubbles } from '../../store/messages/outbox-sends.js';
import type { ContactRow, SessionRow, TypebotRow } from '../../store/rows.js';
import { clearFlow, hideSession, writeAxes } from '../../store/sessions/sessions.js';
import { cancelBegunTurns } from '../../store/sessions/turns.js';
import { listTypebots, findTypebot } from '../../store/accounts/typebots.js';
import { axesOf, recordOf } from './apply-command.js';
import { cameDuringEnding, chosen, judge } from './candidates.js';
import { openSession } from './open-session.js';

export interface EndOptions {
  reason: CloseReason;
  /** Wanted values of the surface that closes (YourGPT keeps a given chat mode). */
  command?: Command;
  segment?: string;
  /** Explicit deletes remove row and transcript whatever `keep_open` says. */
  remove?: boolean;
}

/** These ends give up what waits; after the others it is looked at as new messages. */
const DROPS: readonly CloseReason[] = ['closed_by_api', 'replaced', 'typebot_deleted', 'keyword_finish'];

/** The flow came to its end: what was written while it spoke does not start it again. */
const BY_ITSELF: readonly CloseReason[] = ['completed', 'failed'];

/**
 * Ends a session, whoever asks: one function for every reason. Call under the contact's lock.
 * Resolves to the row's final state, and whether the row is hidden now and to be deleted once nothing is being sent.
 */
export async function endSession(
  tx: Tx,
  contact: ContactRow,
  session: SessionRow,
  options: EndOptions,
): Promise<{ hidden: boolean }> {
  const outcome = transition(
    axesOf(session),
    options.command ?? { type: 'close', reason: options.reason },
    0,
  );
  if (outcome.type === 'changed') {
    await writeAxes(tx, session.id, outcome.axes, { closeReason: options.reason, segment: options.segment });
    await recordOf(tx, session, 'session.closed', { reason: options.reason });
  }
  await cancelBegunTurns(tx, session.id);
  await dropBubbles(tx, session.id);
  await clearFlow(tx, session.id);
  const typebot = await findTypebot(tx, session.typebotId);
  const cooldown = options.reason === 'completed' ? (typebot?.settings.cooldown_minutes ?? 0) : 0;
  if (cooldown > 0) await setCooldown(tx, contact.id, cooldown);
  const ended = BY_ITSELF.includes(options.reason) ? await noteEnding(tx, session) : {};
  await routeRest(tx, { ...contact, ...ended }, session, { reason: options.reason, cooling: cooldown > 0 });
  const hidden = options.remove === true || typebot?.settings.keep_open !== true;
  if (hidden) await hideSession(tx, session.id);
  return { hidden };
}

/** Messages that came in the moment of the end are routed as new ones, and may open the next session. */
async function routeRest(
  tx: Tx,
  contact: ContactRow,
  session: SessionRow,
  end: { reason: CloseReason; cooling: boolean },
): Promise<void> {
  const muted = (contact.mutedUntil?.getTime() ?? 0) > Date.now();
  if (DROPS.includes(end.reason) || end.cooling || muted || session.channel === 'api')
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
