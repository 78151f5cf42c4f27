import type { Tx } from '../../store/db.js';
import type { SessionRow } from '../../store/rows.js';
import { annotateSession } from '../../store/sessions/sessions.js';
import { change } from '../after-commit.js';
import type { ControlResult, EditRequest, Scope } from '../api.js';
import type { Core } from '../core.js';
import { applyCommand, recordOf, told } from '../sessions/apply-command.js';
import { lockBoth, shown } from './control.js';

/** Changes the tags, segment and resolution of a session in one transaction. */
export async function edit(
  deps: Core,
  scope: Scope,
  sessionId: string,
  request: EditRequest,
): Promise<ControlResult> {
  return change(deps, async (tx, after) => {
    const locked = await lockBoth(tx, scope, sessionId);
    if (locked === undefined) return { ok: false, reason: 'not_found' };
    const { contact, session } = locked;
    const { tags = {}, segment, resolution } = request;
    if (session.status === 'closed' && resolution !== undefined) return { ok: false, reason: 'closed' };
    const changes = changedParts(session, request);
    const note = { by: 'api', actor: scope.actor, segment, isTold: true, nowMs: Date.now() } as const;
    const outcome = await applyCommand(tx, session, { type: 'set', resolution }, note);
    await writeTags(tx, sessionId, tags);
    if (changes.length > 0) await recordOf(tx, session, 'session.edited', { changes, ...told(scope.actor) });
    if (outcome.type === 'changed') after.tell(contact.id, 'resume');
    return shown(tx, sessionId);
  });
}

async function writeTags(tx: Tx, id: string, tags: NonNullable<EditRequest['tags']>): Promise<void> {
  const entries = Object.entries(tags);
  if (entries.length === 0) return;
  const set = entries.filter((entry): entry is [string, string] => entry[1] !== null);
  const remove = entries.filter(([, value]) => value === null).map(([key]) => key);
  await annotateSession(tx, id, { set: Object.fromEntries(set), remove, task: null, hasTask: false });
}

/** The names of the parts that will change. Their values belong to people and stay out of events. */
function changedParts(session: SessionRow, { tags = {}, segment, resolution }: EditRequest): string[] {
  const isSame = ([key, value]: [string, string | null]) =>
    (Object.hasOwn(session.tags, key) ? session.tags[key] : null) === value;
  return [
    ...(Object.entries(tags).every(isSame) ? [] : ['tags']),
    ...(segment === undefined || segment === session.segment ? [] : ['segment']),
    ...(resolution === undefined || resolution === session.resolution ? [] : ['resolution']),
  ];
}
