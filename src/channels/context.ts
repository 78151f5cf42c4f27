import type { HttpClient } from '../guarded-http/http.js';
import type { Channel, ChannelContext } from './channel.js';
import { channelFor } from './index.js';
import { withoutEndSlashes } from '../foreign/trim-end.js';

/** What a channel needs of an instance; an `InstanceRow` is one. */
export interface ConnectedInstance {
  id: string;
  channelType: string;
  /** As stored, secrets included. */
  channelSettings: Record<string, unknown>;
}

export interface ContextDeps {
  http: HttpClient;
  /** PARLEY_PUBLIC_URL, without trailing slash. */
  publicUrl: string;
  /** See `ChannelContext`. */
  openSandbox?: boolean;
}

/** The address a provider posts to, without a url secret. */
export function webhookUrl(publicUrl: string, instanceId: string): string {
  return `${withoutEndSlashes(publicUrl)}/webhooks/${instanceId}`;
}

/**
 * The adapter of an instance and what it works with: settings with their defaults, capabilities, the guarded client.
 * Throws when the stored settings do not fit the channel, which only a downgrade can bring about.
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
