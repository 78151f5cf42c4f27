import type { TryFlow } from '../../../activities/ports/typebot.js';
import type { ReadEvolution } from '../../channels/evolution/typebots.js';
import type { Channel, ChannelContext } from '../../channels/channel.js';
import type { InboundPort } from '../../conversations/arrivals/inbound.js';
import type { Conversations } from '../../conversations/api.js';
import type { Auth, Principal } from '../../http/access/auth.js';
import { AppError } from '../../errors.js';
import { isUuid, requireInstance } from '../../http/access/instance-access.js';
import { keyAccess } from '../../http/access/access.js';
import type { Access } from '../../http/access/access.js';
import { findTypebot } from '../../store/accounts/typebots.js';
import type { Db, Queryable } from '../../store/db.js';
import type { InstanceRow, Locale, TypebotRow } from '../../store/rows.js';
import type { Quotas } from '../quotas.js';
import type { KeyRing } from '../../store/secrets.js';

/** The channels, as far as the instance routes need them. */
export interface ChannelDirectory {
  types: readonly string[];
  /** Undefined for an unknown type. */
  find(type: string): Channel | undefined;
  /** The adapter of an instance, and the context that its calls need. */
  connect(instance: InstanceRow): { channel: Channel; context: ChannelContext };
}

/** What the native routes depend on. */
export interface NativeDeps {
  db: Db;
  keyRing: KeyRing;
  auth: Auth;
  conversations: Conversations;
  quotas: Quotas;
  channels: ChannelDirectory;
  /** PARLEY_DEFAULT_LOCALE and PARLEY_DEFAULT_TIME_ZONE. */
  defaults: { locale: Locale; timeZone: string };
  /** Accepts what a contact of a sandbox writes. */
  inbound: Pick<InboundPort, 'accept'>;
  /** Asks the viewer whether it serves a flow, before a configuration is stored. */
  tryFlow: TryFlow;
  /** Reads the typebots of an instance from Evolution API. */
  readEvolution: ReadEvolution;
  /** A signed address of a stored file, valid for 24 h. */
  mediaUrl(mediaId: string): string;
  /** The address of a workflow in Temporal's UI; null when it is not configured. */
  workflowUrl(workflowId: string): string | null;
}

/** The beginning of every route below `/instances/{id}`: a credential, then an instance that it may see. */
export function instanceRouteStart(deps: Pick<NativeDeps, 'auth' | 'db'>): {
  access: Access<Principal>;
  guard(request: { who: Principal; param(name: 'id'): string }): Promise<{ instanceId: string }>;
} {
  return {
    access: keyAccess(deps.auth),
    guard: async ({ who, param }) => {
      const instanceId = param('id');
      await requireInstance(deps.db, who, instanceId);
      return { instanceId };
    },
  };
}

/** A configuration of the instance. Throws AppError `not_found` for any other id. */
export async function requireTypebot(
  db: Queryable,
  instanceId: string,
  typebotId: string,
): Promise<TypebotRow> {
  const typebot = isUuid(typebotId) ? await findTypebot(db, typebotId) : undefined;
  if (typebot?.instanceId !== instanceId) throw new AppError('not_found', 'typebot not found');
  return typebot;
}
