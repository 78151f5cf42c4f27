import { createHmac } from 'node:crypto';
import type { DeliverOldest, DeliveryStep } from '../../activities/deliver-event.js';
import type { DeliveryPair } from '../../workflows/contract.js';
import { describeError } from '../errors.js';
import type { Logger } from '../logger.js';
import { HttpFailure } from '../guarded-http/http.js';
import type { HttpClient } from '../guarded-http/http.js';
import { retryAfterMs } from '../guarded-http/retry-after.js';
import type { Db, Tx } from '../store/db.js';
import {
  announceDeliveries,
  claimOldestDelivery,
  finishDelivery,
  forgetDeliveries,
  hurryDeliveries,
  isCurrentClaim,
  postponeDelivery,
} from '../store/events/deliveries.js';
import type { PendingDelivery } from '../store/events/deliveries.js';
import type { KeyRing } from '../store/secrets.js';
import type { EventRow } from '../store/events/session-events.js';
import { noteSubscriberBack, noteSubscriberFailing } from '../store/events/subscriptions.js';
import { nextDelay } from './back-off.js';
import type { BackOff } from './back-off.js';
import { toPlacedEvent } from './event-body.js';

/** Limits of one attempt, and how long a failing subscriber is tolerated. */
export interface DeliverySettings extends BackOff {
  /** Time limit of one attempt. */
  timeoutMs: number;
  /** Size limit of an answer, of which only the status is used. */
  maxAnswerBytes: number;
  /** A subscription that has been failing for this long is disabled. */
  disableAfterMs: number;
}

/** What `createDeliverOldest` needs. */
export interface DeliveryDeps {
  db: Db;
  http: HttpClient;
  secrets: Pick<KeyRing, 'decrypt'>;
  log: Logger;
  settings: DeliverySettings;
}

/** `unreachable`: any attempt without an answer. `forbidden`: the address is not allowed. */
type Attempt =
  | { type: 'taken'; status: number }
  | { type: 'refused'; status: number; retryAfterMs?: number }
  | { type: 'unreachable'; reason: string }
  | { type: 'forbidden' };

type FailedAttempt = Extract<Attempt, { type: 'refused' | 'unreachable' }>;

/** Creates what the activity `deliverEvents` calls, for all subscriptions. */
export function createDeliverOldest(deps: DeliveryDeps): DeliverOldest {
  return async (pair) => {
    const delivery = await claimOldestDelivery(deps.db, pair);
    if (delivery === undefined) return { type: 'nothing' };
    if (delivery.event === null) {
      await finishDelivery(deps.db, delivery, failed(null, delivery.attempt));
      return { type: 'done' };
    }
    const attempt = await send(deps, delivery, delivery.event).catch((error: unknown) =>
      asAttempt(deps, delivery, error),
    );
    return deps.db.transaction((tx) => writeOutcome(tx, deps, { pair, delivery, attempt }));
  };
}

async function send(deps: DeliveryDeps, delivery: PendingDelivery, event: EventRow): Promise<Attempt> {
  const place = { column: 'subscriptions.secret', row: delivery.subscriptionId } as const;
  const sentAt = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ ...toPlacedEvent(event), sent_at: sentAt });
  try {
    const { status, headers } = await deps.http({
      method: 'POST',
      url: delivery.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Parley/1',
        'x-parley-event': event.type,
        'x-parley-delivery': delivery.id,
        'x-parley-timestamp': String(sentAt),
        'x-parley-signature': signBody(deps.secrets.decrypt(delivery.secret, place), body),
      },
      body,
      timeoutMs: deps.settings.timeoutMs,
      maxBytes: deps.settings.maxAnswerBytes,
      source: 'operator',
    });
    if (status >= 200 && status < 300) return { type: 'taken', status };
    return { type: 'refused', status, retryAfterMs: retryAfterMs(headers) };
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return error.phase === 'refused'
      ? { type: 'forbidden' }
      : { type: 'unreachable', reason: error.causeCode };
  }
}

/**
 * A fault of Parley, such as a secret that no key decrypts, counts as a failed attempt and is given up like any other.
 */
function asAttempt({ log }: DeliveryDeps, { id: deliveryId }: PendingDelivery, error: unknown): Attempt {
  log.error({ ...describeError(error), deliveryId }, 'an event could not be sent for a fault of ours');
  return { type: 'unreachable', reason: 'internal error' };
}

/** The value of `X-Parley-Signature` for a raw body. */
export function signBody(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

interface Outcome {
  pair: DeliveryPair;
  delivery: PendingDelivery;
  attempt: Attempt;
}

// Locks the subscription's row before its deliveries, in the same order as the routes, so that they cannot deadlock.
async function writeOutcome(tx: Tx, deps: DeliveryDeps, outcome: Outcome): Promise<DeliveryStep> {
  const { delivery, attempt, pair } = outcome;
  const attempts = delivery.attempt + 1;
  // Nor does an overtaken attempt say anything of the subscriber, who has been asked again since.
  if (!(await isCurrentClaim(tx, delivery))) return { type: 'done' };
  switch (attempt.type) {
    case 'taken':
      await noteTaken(tx, pair.subscriptionId);
      await finishDelivery(tx, delivery, { ...failed(attempt.status, attempts), status: 'delivered' });
      return { type: 'done' };
    case 'forbidden':
      return noteFailing(tx, deps, pair.subscriptionId, async () => {
        await finishDelivery(tx, delivery, failed(null, attempts));
        return { type: 'done' };
      });
    case 'refused':
    case 'unreachable':
      return noteFailing(tx, deps, pair.subscriptionId, () => postpone(tx, delivery, attempt, deps.settings));
  }
}

async function postpone(
  tx: Tx,
  delivery: PendingDelivery,
  attempt: FailedAttempt,
  backOff: BackOff,
): Promise<DeliveryStep> {
  const refused = attempt.type === 'refused' ? attempt : undefined;
  const responseStatus = refused?.status ?? null;
  const attempts = delivery.attempt + 1;
  const times = {
    nowMs: Date.now(),
    atMs: delivery.at.getTime(),
    retryUntilMs: delivery.retryUntil?.getTime() ?? null,
  };
  const delayMs = nextDelay({ attempts, ...times, retryAfterMs: refused?.retryAfterMs }, backOff);
  if (delayMs === 'give_up') {
    await finishDelivery(tx, delivery, failed(responseStatus, attempts));
    return { type: 'done' };
  }
  await postponeDelivery(tx, delivery, { responseStatus, attempts, delayMs });
  return { type: 'postponed', delayMs, reason: reasonOf(attempt) };
}

function reasonOf(attempt: FailedAttempt): string {
  return attempt.type === 'refused' ? `status ${attempt.status}` : attempt.reason;
}

async function noteTaken(tx: Tx, subscriptionId: string): Promise<void> {
  if (!(await noteSubscriberBack(tx, subscriptionId))) return;
  // The subscriber works again, so postponed deliveries of other sessions need not wait any longer.
  await hurryDeliveries(tx, subscriptionId, 'postponed');
  await announceDeliveries(tx);
}

/** If this failure disables the subscription, its other deliveries are dropped. */
async function noteFailing(
  tx: Tx,
  deps: DeliveryDeps,
  subscriptionId: string,
  write: () => Promise<DeliveryStep>,
): Promise<DeliveryStep> {
  const disabled = await noteSubscriberFailing(tx, subscriptionId, deps.settings.disableAfterMs);
  const step = await write();
  if (!disabled) return step;
  await forgetDeliveries(tx, subscriptionId);
  deps.log.warn({ subscriptionId }, 'subscription disabled: it has been failing for too long');
  return { type: 'nothing' };
}

function failed(responseStatus: number | null, attempts: number) {
  return { status: 'failed', responseStatus, attempts } as const;
}
