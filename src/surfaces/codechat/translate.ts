import { shownStatus } from '../../../workflows/axes.js';
import type { SessionRow, TypebotRow, TypebotSettings } from '../../store/rows.js';

/** A configuration as CodeChat's integration. */
export interface IntegrationReply {
  integrationId: string;
  publicId: string;
  typebotURL: string;
  enabled: boolean;
  createdAt: string;
  updatedAt: string;
  instanceInstanceId: string;
}

/** The session as CodeChat's row: four strings. */
export interface SessionReply {
  sessionId: string;
  keyRemoteJid: string;
  status: 'open' | 'paused' | 'closed';
  typebotIntegrationId: string;
}

/** A typebot configuration in CodeChat's words. */
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

/** A session in CodeChat's words; the status is the shown one. */
export function toSession(session: SessionRow): SessionReply {
  const status = shownStatus(session);
  return {
    sessionId: session.id,
    keyRemoteJid: session.remoteJid,
    status: status === 'opened' ? 'open' : status,
    typebotIntegrationId: session.typebotId,
  };
}

/** Settings that every new configuration has where nothing else is said. */
export type TypebotDefaults = Omit<TypebotSettings, 'typebot_url' | 'trigger_type' | 'keep_open'>;

/** The settings of a new integration: it answers everybody and keeps its sessions. */
export function toSettings(typebotURL: string, defaults: TypebotDefaults): TypebotSettings {
  return { ...defaults, typebot_url: typebotURL, trigger_type: 'all', keep_open: true };
}
