import { z } from 'zod';
import { settingsParser, urlSecret } from '../provider/schema.js';

/** Settings of a sandbox. */
export interface SandboxSettings {
  url_secret: string;
}

/** `parseSettings` of the channel. */
export const parseSandboxSettings = settingsParser<SandboxSettings>(z.object({ url_secret: urlSecret() }));
