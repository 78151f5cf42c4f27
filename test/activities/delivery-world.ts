import type { DeliverDeps } from '../../activities/deliver.js';
import { ChannelError } from '../../activities/ports/channel-error.js';
import type { ChannelErrorInfo } from '../../activities/ports/channel-error.js';
import type { Claim, NextMessage, Setback } from '../../activities/ports/sends.js';

/** A message that may leave at once. */
export const message: NextMessage = {
  ...{ outboxId: 'o', instanceId: 'i', contactId: 'c', dueInMs: 0, unknownForMs: null },
  ...{ sending: false, behindMedia: false, unknowns: 0, content: { type: 'text', text: 'hi' } },
  instanceVersion: 1,
  claims: 0,
};

/** The answer to a claim of it. */
export const claimed: Claim = {
  type: 'claimed',
  message: { outboundId: 'out_1', attempt: 1, to: { jid: '1@s.whatsapp.net' }, content: message.content },
  timeoutMs: 1_000,
};

export interface DeliveryWorld {
  messages?: Partial<NextMessage>[];
  claims?: Claim[];
  error?: ChannelErrorInfo;
  fault?: Error;
  setback?: Setback;
  crowded?: boolean;
  /** Its session has no channel. */
  channelless?: boolean;
  reconcileMs?: number;
  afterUnknown?: 'repeat' | 'failed';
}

/** A turn with these messages; `log` is what was done, in order. */
export function deliveryWorld(options: DeliveryWorld) {
  const waiting = (options.messages ?? [{}]).map((more) => ({ ...message, ...more }));
  const claims = [...(options.claims ?? [])];
  const log: string[] = [];
  /** In how many milliseconds a message is tried again, as it was noted. */
  const again: number[] = [];
  const deps: DeliverDeps = {
    records: {
      nextOfTurn: () => Promise.resolve(waiting[0]),
      nextOutgoing: () => Promise.resolve(options.channelless === true ? 'sent' : waiting[0]),
      claim: (_next, gateNo) => {
        log.push(`claim ${gateNo}`);
        const claim = claims.shift() ?? claimed;
        if (claim.type === 'gone') waiting.shift();
        return Promise.resolve(claim);
      },
      sent: () => {
        log.push('sent');
        waiting.shift();
        return Promise.resolve();
      },
      failed: (_next, error) => {
        log.push(`failed ${error.class}`);
        waiting.shift();
        return Promise.resolve(options.setback ?? { type: 'next' });
      },
      noteNextAttempt: (_next, inMs) => {
        again.push(inMs);
        return Promise.resolve();
      },
      giveUpWaiting: () => {
        if (options.afterUnknown === 'failed') waiting.shift();
        return Promise.resolve(options.afterUnknown ?? 'repeat');
      },
      troubleOf: () => 'fault',
      abandon: () => {
        log.push('abandon');
        waiting.shift();
        return Promise.resolve();
      },
      result: (_request, outcome) =>
        Promise.resolve({ ...outcome, snapshot: { clock: 1, mutedUntilMs: null, session: null } }),
    },
    channel: {
      inPlace: (_next, work) => (options.crowded ? Promise.resolve('crowded' as const) : work()),
      prepare: (next) => Promise.resolve(next.content),
      send: () =>
        options.fault
          ? Promise.reject(options.fault)
          : options.error
            ? Promise.reject(new ChannelError(options.error))
            : Promise.resolve({ keyId: 'k' }),
      reconcileMs: () => Promise.resolve(options.reconcileMs ?? 0),
    },
    presence: { turnBegins: () => undefined, typing: () => undefined },
  };
  return { deps, log, again };
}
