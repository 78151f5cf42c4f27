import type { Outgoing } from '../outgoing/outgoing.js';
import type { Channel, ChannelContext, ChannelType } from './channel.js';
import { channelFor } from './index.js';

/** What a channel needs of an instance; an `InstanceRow` is one. */
export interface ConnectedInstance {
  id: string;
  channelType: string;
  /** As stored, secrets included. */
  channelSettings: Record<string, unknown>;
  /** The instance's own address as the provider named it, when it has been learned. */
  ownJid: string | null;
}

export interface ContextDeps {
  http: Outgoing;
  /** PARLEY_PUBLIC_URL, without trailing slash. */
  publicUrl: string;
}

/** The member that a learned own address stands in for (contract 4.2, `=learned`). */
const learnedMember: Partial<Record<ChannelType, string>> = {
  evolution: 'own_jid',
  waha: 'own_id',
  codechat: 'own_jid',
};

/** The address a provider posts to, without a url secret. */
export function webhookUrl(publicUrl: string, instanceId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/webhooks/${instanceId}`;
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
  const parsed = channel.parseSettings({
    ...learned(channel.type, instance.ownJid),
    ...instance.channelSettings,
  });
  if (!parsed.ok) throw new Error(`instance ${instance.id}: ${parsed.errors.join(', ')}`);
  return {
    channel,
    context: {
      instanceId: instance.id,
      settings: parsed.settings,
      capabilities: channel.capabilities(parsed.settings),
      http: deps.http,
      webhookUrl: webhookUrl(deps.publicUrl, instance.id),
    },
  };
}

function learned(type: ChannelType, ownJid: string | null): Record<string, string> {
  const member = learnedMember[type];
  return member === undefined || ownJid === null ? {} : { [member]: ownJid };
}
