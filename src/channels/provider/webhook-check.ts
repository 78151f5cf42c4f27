import type { HttpResponse } from '../../guarded-http/http.js';
import { readJson } from '../../foreign/read-json.js';
import type { ChannelHealth } from '../channel.js';
import { succeeded } from './http-errors.js';
import { withoutEndSlashes } from '../../foreign/trim-end.js';

/** Where a provider sends its webhooks; undefined when its answer does not say. */
export type WebhookLook = 'ours' | 'missing' | 'elsewhere' | 'incomplete' | undefined;

const words = {
  missing: 'its webhook was missing',
  elsewhere: 'its webhook pointed elsewhere',
  incomplete: 'its webhook lacked events',
};

/**
 * The health of an instance that can send but would hear nothing: where the provider's webhook is not ours, it is set
 * again, and the detail says what was found. A provider that does not tell is left alone.
 */
export async function withWebhook(
  asked: Promise<ChannelHealth>,
  look: () => Promise<WebhookLook>,
  restore: () => Promise<boolean>,
): Promise<ChannelHealth> {
  const health = await asked;
  if (health.status === 'auth_failed') return health;
  const found = await look().catch(() => undefined);
  if (found === undefined || found === 'ours') return health;
  const restored = await restore().catch(() => false);
  const outcome = restored ? 'it was set again' : 'set it at the provider by hand';
  return { ...health, detail: `${health.detail}; ${words[found]}: ${outcome}` };
}

/** The JSON of a successful answer, null included; undefined for any other. */
export function readAnswer(answer: HttpResponse): unknown {
  return succeeded(answer) ? readJson(answer.body) : undefined;
}

/** Compares the address a provider has with ours; `null` and `""` are a webhook that was never set. */
export function lookAt(url: unknown, ours: string): WebhookLook {
  if (url === undefined) return undefined;
  if (url === null || url === '') return 'missing';
  if (typeof url !== 'string') return undefined;
  return withoutEndSlashes(url) === ours ? 'ours' : 'elsewhere';
}
