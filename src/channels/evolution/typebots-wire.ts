import { z } from 'zod';
import { amount, flag, idText, listOf, words } from '../provider/wire.js';

const options = {
  expire: amount,
  keywordFinish: words,
  delayMessage: amount,
  unknownMessage: words,
  listeningFromMe: flag,
  stopBotFromMe: flag,
  keepOpen: flag,
  debounceTime: amount,
};

/** A row of `GET /typebot/find/{instance}` (Evolution API 2.1 to 2.3). */
export const evolutionTypebotSchema = z.object({
  id: idText,
  enabled: flag,
  description: words,
  url: words,
  typebot: words,
  triggerType: words,
  triggerOperator: words,
  triggerValue: words,
  ...options,
  splitMessages: flag,
});

/** A bot as Evolution stores it; a setting that is absent has the instance's default. */
export type EvolutionTypebot = z.output<typeof evolutionTypebotSchema>;

/** `GET /typebot/fetchSettings/{instance}`: defaults for settings that a bot lacks, and the fallback bot. */
export const evolutionSettingsSchema = z
  .object({ ...options, ignoreJids: listOf(z.string().max(200)), fallbackId: idText })
  .catch({ ignoreJids: [], fallbackId: undefined });

/** The default settings of an instance at Evolution. */
export type EvolutionSettingsRow = z.output<typeof evolutionSettingsSchema>;
