import type { Scope } from '../conversations/api.js';
import { isUuid } from '../http/access/instance-access.js';
import type { Queryable } from '../store/db.js';
import type { TypebotRow } from '../store/rows.js';
import { findTypebot } from '../store/accounts/typebots.js';

/** A configuration the caller may use, by an unchecked id. Undefined for unknown ids and for other people's alike. */
export async function findOwnTypebot(db: Queryable, who: Scope, id: string): Promise<TypebotRow | undefined> {
  const typebot = isUuid(id) ? await findTypebot(db, id) : undefined;
  if (typebot?.workspaceId !== who.workspaceId) return undefined;
  return who.instanceId === undefined || who.instanceId === typebot.instanceId ? typebot : undefined;
}
