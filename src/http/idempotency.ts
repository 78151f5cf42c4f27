import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../errors.js';
import { freeKey, keepAnswer, readAnswer, takeKey } from '../store/accounts/idempotent-answers.js';
import type { KeyedRequest } from '../store/accounts/idempotent-answers.js';
import type { Queryable } from '../store/db.js';
import type { KeyRing, SecretPlace } from '../store/secrets.js';
import type { Answer } from './answer.js';

/** Does the work of a keyed request once. Repeats get the first answer. */
export type AnswerOnce = (request: KeyedRequest, work: () => Promise<Answer>) => Promise<Answer>;

/** Header documentation for every POST route of the OpenAPI document. */
export const idempotencyDoc = {
  'Idempotency-Key': {
    description:
      'Repeating the same request with the same key within 24 hours returns the first answer and does nothing else.',
    required: false,
  },
};

/**
 * The `Idempotency-Key` of a request, undefined without one. Throws AppError `invalid_request` unless it has 1 to 255
 * characters.
 */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length > 0 && key.length <= 255) return key;
  throw new AppError('invalid_request', 'Idempotency-Key must have 1 to 255 characters');
}

/** Fingerprint that tells a repeated request from another one under the same key. */
export function hashOf(request: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}

/**
 * Successful answers are kept for 24 hours, encrypted; a refusal or failure frees the key again. The work and its
 * answer are two transactions: when the process dies between them, the key answers 409 until its claim expires. So does
 * a key whose answer cannot be decrypted any more, since doing the work again would do it twice.
 */
export function createAnswerOnce(db: Queryable, keyRing: KeyRing): AnswerOnce {
  const placeOf = ({ scope, key }: KeyedRequest) =>
    ({ column: 'idempotent_answers.answer', row: `${scope} ${key}` }) as const;
  return async (request, work) => {
    const claim = await takeKey(db, request);
    if (claim === undefined) {
      const known = await readAnswer(db, request);
      if (known?.requestHash !== request.requestHash)
        throw new AppError('conflict', 'Idempotency-Key was used for another request');
      if (known.answer === null)
        throw new AppError('conflict', 'a request with this Idempotency-Key is under way');
      return JSON.parse(decrypted(keyRing, known.answer, placeOf(request))) as Answer;
    }
    const answer = await work().catch(async (error: unknown) => {
      await freeKey(db, claim);
      throw error;
    });
    if ('stream' in answer || answer.status >= 300) await freeKey(db, claim);
    else await keepAnswer(db, claim, keyRing.encrypt(JSON.stringify(answer), placeOf(request)));
    return answer;
  };
}

/** Throws AppError `conflict` when no key of the ring fits, as after the encryption key was taken away. */
function decrypted(keyRing: KeyRing, answer: Buffer, place: SecretPlace): string {
  try {
    return keyRing.decrypt(answer, place);
  } catch {
    throw new AppError(
      'conflict',
      'this Idempotency-Key was used, and its stored answer cannot be read any more',
    );
  }
}
