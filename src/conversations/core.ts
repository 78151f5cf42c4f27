import type { Channel, ChannelContext } from '../channels/channel.js';
import type { KeptInstances } from '../store/accounts/kept-instances.js';
import type { Db } from '../store/db.js';
import type { InstanceRow } from '../store/rows.js';
import type { Logger } from '../logger.js';
import type { Signals } from './signals.js';

/** What the whole of this folder depends on. */
export interface Core {
  db: Db;
  signals: Signals;
  instances: Instances;
  log: Logger;
  /** Counts messages that no trigger matched, by channel type. */
  onUnmatched?(channelType: string): void;
}

/** Instances with their secrets, and the channels behind them. */
export interface Instances extends KeptInstances {
  connect(instance: InstanceRow): { channel: Channel; context: ChannelContext };
}
