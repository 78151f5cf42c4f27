import type { HttpClient } from '../guarded-http/http.js';
import type { Channel, ChannelContext } from './channel.js';
import { channelFor } from './index.js';
import { withoutEndSlashes } from '../foreign/trim-end.js';

/** The part of an instance that its channel needs; an `InstanceRow` fits. */
export interface ConnectedInstance {
  id: string;
  channelType: string;
  /** As stored, including decrypted secrets. */
  channelSettings: Record<string, unknown>;
}

/** What `contextFor` needs besides the instance. */
export interface ContextDeps {
  http: HttpClient;
  /** PARLEY_PUBLIC_URL, without trailing slash. */
  publicUrl: string;
  /** See `ChannelContext`. */
  openSandbox?: boolean;
}

/** The URL that a provider posts to, without a url secret. */
export function webhookUrl(publicUrl: string, instanceId: string): string {
  return `${withoutEndSlashes(publicUrl)}/webhooks/${instanceId}`;
}

/**
 * The adapter of an instance and its context. Throws when the stored settings do not fit the channel, which can happen
 * only after a downgrade of Parley.
 */
export function contextFor(
  instance: ConnectedInstance,
  deps: ContextDeps,
): { channel: Channel; context: ChannelContext } {
  const channel = channelFor(instance.channelType);
  if (channel === undefined) throw new Error(`instance ${instance.id}: unknown channel type`);
  const parsed = channel.parseSettings(instance.channelSettings);
  if (!parsed.ok) throw new Error(`instance ${instance.id}: ${parsed.errors.join(', ')}`);
  return {
    channel,
    context: {
      instanceId: instance.id,
      settings: parsed.settings,
      capabilities: channel.capabilities(parsed.settings),
      http: deps.http,
      webhookUrl: webhookUrl(deps.publicUrl, instance.id),
      openSandbox: deps.openSandbox,
    },
  };
}
