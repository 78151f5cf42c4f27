import type { Channel, ChannelType } from './channel.js';

/** Every channel type Parley speaks. One line per provider; the folders hold the rest. */
const channels: Partial<Record<ChannelType, Channel>> = {};

/** The channel of a type, undefined for a word that names none. */
export function channelFor(type: string): Channel | undefined {
  return Object.values(channels).find((channel) => channel.type === type);
}
