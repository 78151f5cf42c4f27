import { z } from 'zod';
import { settingsParser } from '../provider/schema.js';

/** The sandbox has no settings of its own. */
export type SandboxSettings = Record<never, never>;

/** Reads the settings that the sandbox shares with every type. */
export const parseSandboxSettings = settingsParser<SandboxSettings>(z.object({}));
