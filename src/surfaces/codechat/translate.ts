import { shownStatus } from '../../../workflows/axes.js';
import type { SessionRow, TypebotRow, TypebotSettings } from '../../store/rows.js';

/** A configuration, as CodeChat shows its integration. */
export interface IntegrationReply {
  integrationId: string;
  publicId: string;
  typebotURL: string;
  enabled: boolean;
  createdAt: string;
  updatedAt: string;
  instanceInstanceId: string;
}

/** A session, as CodeChat shows it: four strings. */
export interface SessionReply {
  sessionId: string;
  keyRemoteJid: string;
  status: 'open' | 'paused' | 'closed';
  typebotIntegrationId: string;
}

/** A configuration in CodeChat's shape. */
export function toIntegration(typebot: TypebotRow): IntegrationReply {
  return {
    integrationId: typebot.id,
    publicId: typebot.publicId,
    typebotURL: typebot.settings.typebot_url,
    enabled: typebot.enabled,
    createdAt: typebot.createdAt.toISOString(),
    updatedAt: typebot.updatedAt.toISOString(),
    instanceInstanceId: typebot.instanceId,
  };
}

/** A session in CodeChat's shape, with the status that is shown. */
export function toSession(session: SessionRow): SessionReply {
  const status = shownStatus(session);
  return {
    sessionId: session.id,
    keyRemoteJid: session.remoteJid,
    status: status === 'opened' ? 'open' : status,
    typebotIntegrationId: session.typebotId,
  };
}

/** Settings of a new configuration that the caller does not choose. */
export type TypebotDefaults = Omit<TypebotSettings, 'typebot_url' | 'trigger_type' | 'keep_open'>;

/** The settings of a new integration: it answers every message and keeps its sessions. */
export function toSettings(typebotURL: string, defaults: TypebotDefaults): TypebotSettings {
  return { ...defaults, typebot_url: typebotURL, trigger_type: 'all', keep_open: true };
}
