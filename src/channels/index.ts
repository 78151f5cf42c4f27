import type { Channel, ChannelType } from './channel.js';
import { cloudApi } from './cloud-api/index.js';
import { codechat } from './codechat/index.js';
import { evolution } from './evolution/index.js';
import { generic } from './generic/index.js';
import { sandbox } from './sandbox/index.js';
import { twilio } from './twilio/index.js';
import { vzaps } from './vzaps/index.js';
import { waha } from './waha/index.js';
import { zapi } from './zapi/index.js';

/** The adapters of all channel types. */
export const channels: Readonly<Record<ChannelType, Channel>> = {
  'cloud-api': cloudApi,
  evolution,
  waha,
  codechat,
  generic,
  sandbox,
  zapi,
  vzaps,
  twilio,
};

/** The adapter of a channel type; undefined for an unknown type. */
export function channelFor(type: string): Channel | undefined {
  return Object.values(channels).find((channel) => channel.type === type);
}
