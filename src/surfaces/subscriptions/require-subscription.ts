import { AppError } from '../../errors.js';
import { isUuid } from '../../http/access/instance-access.js';
import type { Auth, Principal } from '../../http/access/auth.js';
import type { Db } from '../../store/db.js';
import type { KeyRing } from '../../store/secrets.js';
import type { Quotas } from '../quotas.js';
import { findSubscription } from '../../store/events/subscriptions.js';
import type { SubscriptionRow } from '../../store/events/subscriptions.js';

/** What the routes of subscriptions work with. */
export interface SubscriptionParts {
  auth: Auth;
  db: Db;
  quotas: Quotas;
  secrets: Pick<KeyRing, 'encrypt'>;
  /** How long a delivery is tried after its event. */
  giveUpMs: number;
  /** How long, at least, one that a person asked to retry is tried. */
  manualRetryMs: number;
}

/** Throws `not_found`, also for what is not the caller's. */
export async function requireSubscription(db: Db, who: Principal, id: string): Promise<SubscriptionRow> {
  const row = isUuid(id) ? await findSubscription(db, who, id) : undefined;
  if (row === undefined) throw subscriptionNotFound();
  return row;
}

/** Also for what is not the caller's. */
export function subscriptionNotFound(): AppError {
  return new AppError('not_found', 'subscription not found');
}
