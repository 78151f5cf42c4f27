import type { Conversations } from '../../conversations/api.js';
import type { Auth } from '../../http/access/auth.js';
import type { DocumentedAnswers } from '../../http/surface.js';
import type { Quotas } from '../quotas.js';
import type { Db } from '../../store/db.js';

/** What the provisioning routes depend on. */
export interface ProvisioningDeps {
  db: Db;
  auth: Auth;
  quotas: Quotas;
  conversations: Pick<Conversations, 'deleteWorkspace'>;
  /** Documents error answers in the dialect that prints them. */
  errors(...statuses: number[]): DocumentedAnswers;
}
