import { isUuid } from '../../../../http/access/instance-access.js';
import { searchContacts } from '../../../../store/contacts/search-contacts.js';
import type { Queryable } from '../../../../store/db.js';
import type { OverviewFilter } from '../../../../store/sessions/overview-list.js';
import type { ReadScope } from '../../../../store/read-scope.js';
import type { OverviewQuery } from './schema.js';

/** The filter that a caller asks for; undefined when it can match nothing. */
export async function readOverviewFilter(
  db: Queryable,
  scope: ReadScope,
  { q, ...query }: OverviewQuery,
): Promise<OverviewFilter | undefined> {
  if (query.typebot_id !== undefined && !isUuid(query.typebot_id)) return undefined;
  const contactIds = q?.trim() ? await searchContacts(db, scope, q) : undefined;
  const [, key, value] = /^([^:]+)(?::(.*))?$/s.exec(query.tag ?? '') ?? [];
  return {
    instanceId: query.instance_id,
    typebotId: query.typebot_id,
    shown: query.status,
    chatMode: query.chat_mode,
    waitsFor: query.waits_for,
    stuck: query.stuck !== undefined,
    silentMinutes: query.silent_minutes,
    closeReason: query.reason,
    segment: query.segment,
    tag: key === undefined ? undefined : { key, value },
    contactIds,
  };
}
