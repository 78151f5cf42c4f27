import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../errors.js';
import { freeKey, keepAnswer, readAnswer, takeKey } from '../store/accounts/idempotent-answers.js';
import type { KeyedRequest } from '../store/accounts/idempotent-answers.js';
import type { Queryable } from '../store/db.js';
import type { KeyRing } from '../store/secrets.js';
import type { Answer } from './answer.js';

/** Does the work of a keyed request once; later ones get the first answer. */
export type AnswerOnce = (request: KeyedRequest, work: () => Promise<Answer>) => Promise<Answer>;

/** For the OpenAPI document of every POST route. */
export const idempotencyDoc = {
  'Idempotency-Key': {
    description:
      'The same key with the same request, within 24 hours, gets the first answer and does nothing.',
    required: false,
  },
};

/** The key of a request; undefined without one. Throws AppError `invalid_request` on a key that none can be. */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length > 0 && key.length <= 255) return key;
  throw new AppError('invalid_request', 'Idempotency-Key must have 1 to 255 characters');
}

export function hashOf(request: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}

/** Answers are kept for 24 hours, encrypted, refusals not at all. The work itself is not part of the same transaction. */
export function createAnswerOnce(db: Queryable, keyRing: KeyRing): AnswerOnce {
  const placeOf = ({ scope, key }: KeyedRequest) =>
    ({ column: 'idempotent_answers.answer', row: `${scope} ${key}` }) as const;
  return async (request, work) => {
    if (!(await takeKey(db, request))) {
      const known = await readAnswer(db, request);
      if (known?.requestHash !== request.requestHash)
        throw new AppError('conflict', 'Idempotency-Key was used for another request');
      if (known.answer === null)
        throw new AppError('conflict', 'a request with this Idempotency-Key is under way');
      return JSON.parse(keyRing.decrypt(known.answer, placeOf(request))) as Answer;
    }
    const answer = await work().catch(async (error: unknown) => {
      await freeKey(db, request);
      throw error;
    });
    if ('stream' in answer || answer.status >= 300) await freeKey(db, request);
    else await keepAnswer(db, request, keyRing.encrypt(JSON.stringify(answer), placeOf(request)));
    return answer;
  };
}
