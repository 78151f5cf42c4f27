import type { HttpResponse } from '../../guarded-http/http.js';
import { readJson } from '../../foreign/read-json.js';
import type { ChannelHealth } from '../channel.js';
import { succeeded } from './http-errors.js';
import { withoutEndSlashes } from '../../foreign/trim-end.js';

/**
 * Where a provider sends its webhooks: to Parley, nowhere, elsewhere, or to Parley without all events. Undefined when
 * it does not say.
 */
export type WebhookLook = 'ours' | 'missing' | 'elsewhere' | 'incomplete' | undefined;

const words = {
  missing: 'its webhook was missing',
  elsewhere: 'its webhook pointed elsewhere',
  incomplete: 'its webhook lacked events',
};

/**
 * Adds a check of the provider's webhook to the health of an instance, because an instance can send without receiving
 * anything. A webhook that is not Parley's is set again, and `detail` says so. Nothing is changed if the provider does
 * not say where its webhook points.
 */
export async function withWebhook(
  asked: Promise<ChannelHealth>,
  look: () => Promise<WebhookLook>,
  restore: () => Promise<boolean>,
): Promise<ChannelHealth> {
  const health = await asked;
  if (health.status === 'auth_failed') return health;
  const found = await look().catch(() => undefined);
  if (found === undefined) return health;
  if (found === 'ours') return { ...health, webhook: 'ours' };
  const restored = await restore().catch(() => false);
  const outcome = restored ? 'it was set again' : 'set it at the provider by hand';
  const webhook = restored ? 'reset' : 'wrong';
  return { ...health, webhook, detail: `${health.detail}; ${words[found]}: ${outcome}` };
}

/** The JSON of a 2xx answer, which may be null; undefined for any other answer. */
export function readAnswer(answer: HttpResponse): unknown {
  return succeeded(answer) ? readJson(answer.body) : undefined;
}

/** Compares the webhook URL that a provider has with Parley's; null and an empty string mean that none is set. */
export function lookAt(url: unknown, ours: string): WebhookLook {
  if (url === undefined) return undefined;
  if (url === null || url === '') return 'missing';
  if (typeof url !== 'string') return undefined;
  return withoutEndSlashes(url) === ours ? 'ours' : 'elsewhere';
}
