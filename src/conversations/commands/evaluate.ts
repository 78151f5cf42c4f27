import { findSilence } from '../../store/accounts/silence.js';
import { readContact } from '../../store/contacts/contacts.js';
import type { Queryable } from '../../store/db.js';
import type { ContactRow } from '../../store/rows.js';
import { readActiveShown } from '../../store/sessions/sessions.js';
import { listTypebots } from '../../store/accounts/typebots.js';
import type { EvaluateRequest, Evaluation } from '../api.js';
import { chosen, judge } from '../sessions/candidates.js';
import { isHeldBack } from '../sessions/held-back.js';
import { contactOfPhone } from '../arrivals/contact-for.js';
import type { Core } from '../core.js';

/** Which typebot would start for a text, and why. Starts and stores nothing. */
export async function evaluate(deps: Core, request: EvaluateRequest): Promise<Evaluation> {
  const typebots = await listTypebots(deps.db, request.instanceId);
  const contact = await contactOf(deps.db, request);
  const session = contact === undefined ? undefined : await readActiveShown(deps.db, contact.id);
  const silenced = (await findSilence(deps.db, request.instanceId)) !== null;
  const nowMs = Date.now();
  const { text, fromMe, isGroup } = request;
  const quietSinceMs = contact?.quietSince?.getTime() ?? null;
  const candidates = judge(typebots, { text, fromMe, isGroup, quietSinceMs, nowMs });
  const would = chosen(candidates);
  const reason = reasonOf(
    candidates.length,
    { silenced, muted: contact !== undefined && isHeldBack(contact, nowMs), active: session !== undefined },
    would,
  );
  return {
    reason,
    wouldStart: reason === 'trigger_matched' ? (would ?? null) : null,
    session: reason === 'active_session' ? (session ?? null) : null,
    candidates,
  };
}

async function contactOf(
  db: Queryable,
  { instanceId, phone }: EvaluateRequest,
): Promise<ContactRow | undefined> {
  const id = phone === undefined ? undefined : await contactOfPhone(db, instanceId, phone);
  return id === undefined ? undefined : readContact(db, id);
}

function reasonOf(
  count: number,
  contact: { silenced: boolean; muted: boolean; active: boolean },
  would: unknown,
): Evaluation['reason'] {
  if (count === 0) return 'no_typebots';
  if (contact.silenced) return 'number_silenced';
  if (contact.muted) return 'contact_muted';
  if (contact.active) return 'active_session';
  return would === undefined ? 'no_trigger_matched' : 'trigger_matched';
}
