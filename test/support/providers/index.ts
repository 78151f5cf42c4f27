import { startCloudApi } from './cloud-api.js';
import { startCodechat } from './codechat.js';
import { startEvolution } from './evolution.js';
import { startGeneric } from './generic.js';
import type { Provider } from './provider.js';
import { startTwilio } from './twilio.js';
import { startVzaps } from './vzaps.js';
import { startWaha } from './waha.js';
import { startZapi } from './zapi.js';

const startProviders: Record<string, () => Promise<Provider>> = {
  'cloud-api': startCloudApi,
  evolution: startEvolution,
  waha: startWaha,
  'codechat v1': () => startCodechat({ go: false }),
  'codechat go': () => startCodechat({ go: true }),
  generic: startGeneric,
  zapi: startZapi,
  vzaps: startVzaps,
  twilio: startTwilio,
};

/** Starts the stand-in of a provider, by its name in the tests. */
export function startProvider(name: string): Promise<Provider> {
  const start = startProviders[name];
  if (start === undefined) throw new Error(`no provider ${name}`);
  return start();
}
