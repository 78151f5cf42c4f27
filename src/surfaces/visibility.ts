import type { Scope } from '../conversations/api.js';
import { AppError } from '../errors.js';
import type { Queryable } from '../store/db.js';
import { findInstanceOwner } from '../store/instances.js';
import type { TypebotRow } from '../store/rows.js';
import { findTypebot } from '../store/typebots.js';

/** Whether a text can be one of our ids; everything else is an unknown id and never reaches the database. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The caller's scope, narrowed to an instance. Throws `not_found`, and `forbidden` for what is not the caller's. */
export async function requireInstance(
  db: Queryable,
  who: Scope,
  instanceId: string,
  notFound: string,
): Promise<{ workspaceId: string; instanceId: string }> {
  const owner = await findInstanceOwner(db, instanceId);
  if (owner === undefined) throw new AppError('not_found', notFound);
  const limited = who.instanceId !== undefined && who.instanceId !== instanceId;
  if (owner !== who.workspaceId || limited) throw new AppError('forbidden', 'forbidden');
  return { workspaceId: who.workspaceId, instanceId };
}

/** A configuration that the caller may use, by an id as it was sent; undefined for unknown and foreign ones alike. */
export async function findOwnTypebot(db: Queryable, who: Scope, id: string): Promise<TypebotRow | undefined> {
  const typebot = isUuid(id) ? await findTypebot(db, id) : undefined;
  if (typebot?.workspaceId !== who.workspaceId) return undefined;
  return who.instanceId === undefined || who.instanceId === typebot.instanceId ? typebot : undefined;
}
