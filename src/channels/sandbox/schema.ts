import { z } from 'zod';
import { settingsParser, urlSecret } from '../provider/schema.js';

export interface SandboxSettings {
  url_secret: string;
}

/** Reads the settings of a sandbox. */
export const parseSandboxSettings = settingsParser<SandboxSettings>(z.object({ url_secret: urlSecret() }));
