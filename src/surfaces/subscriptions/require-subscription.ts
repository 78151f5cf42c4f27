import { AppError } from '../../errors.js';
import { isUuid } from '../../http/access/instance-access.js';
import type { Auth, Principal } from '../../http/access/auth.js';
import type { Db } from '../../store/db.js';
import type { KeyRing } from '../../store/secrets.js';
import type { Quotas } from '../quotas.js';
import { findSubscription } from '../../store/events/subscriptions.js';
import type { SubscriptionRow } from '../../store/events/subscriptions.js';

/** What the subscription routes depend on. */
export interface SubscriptionDeps {
  auth: Auth;
  db: Db;
  quotas: Quotas;
  secrets: Pick<KeyRing, 'encrypt'>;
  /** How long after its event a delivery is retried. */
  giveUpMs: number;
  /** How long a manually retried delivery is tried, at least. */
  manualRetryMs: number;
}

/** Throws AppError `not_found`, also for a subscription of somebody else. */
export async function requireSubscription(db: Db, who: Principal, id: string): Promise<SubscriptionRow> {
  const row = isUuid(id) ? await findSubscription(db, who, id) : undefined;
  if (row === undefined) throw subscriptionNotFound();
  return row;
}

/** The error for an unknown subscription, and for one of somebody else. */
export function subscriptionNotFound(): AppError {
  return new AppError('not_found', 'subscription not found');
}
