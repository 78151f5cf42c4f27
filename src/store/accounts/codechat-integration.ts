import type { Db, Tx } from '../db.js';
import type { TypebotRow, TypebotSettings } from '../rows.js';
import { findCodechatIntegration, insertTypebot, lockTypebot, updateTypebot } from './typebots.js';

/**
 * Makes the one CodeChat integration of an instance; undefined when it already has one. The transaction must hold the
 * workspace's lock (`lockAndCount`), so that two are never made at once.
 */
export async function insertCodechatIntegration(
  tx: Tx,
  integration: {
    id: string;
    workspaceId: string;
    instanceId: string;
    publicId: string;
    enabled: boolean;
    settings: TypebotSettings;
  },
): Promise<TypebotRow | undefined> {
  if (await findCodechatIntegration(tx, integration.instanceId)) return undefined;
  return insertTypebot(tx, { ...integration, priority: 0, codechatIntegration: true });
}

/**
 * Changes the given fields of the integration; writes nothing when none of them differs. Undefined when there is no
 * integration.
 */
export async function changeCodechatIntegration(
  db: Db,
  instanceId: string,
  change: { publicId?: string; typebotUrl?: string; enabled?: boolean },
): Promise<TypebotRow | undefined> {
  return db.transaction(async (tx) => {
    const found = await findCodechatIntegration(tx, instanceId);
    const typebot = found && (await lockTypebot(tx, found.id));
    if (typebot === undefined) return undefined;
    const wanted = {
      publicId: change.publicId ?? typebot.publicId,
      enabled: change.enabled ?? typebot.enabled,
      typebotUrl: change.typebotUrl ?? typebot.settings.typebot_url,
    };
    const isSame =
      wanted.publicId === typebot.publicId &&
      wanted.enabled === typebot.enabled &&
      wanted.typebotUrl === typebot.settings.typebot_url;
    if (isSame) return typebot;
    return updateTypebot(tx, typebot.id, {
      publicId: wanted.publicId,
      enabled: wanted.enabled,
      priority: typebot.priority,
      settings: { ...typebot.settings, typebot_url: wanted.typebotUrl },
    });
  });
}
