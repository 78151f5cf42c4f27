import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../errors.js';
import { keepAnswer, lockKey, readAnswer } from '../store/accounts/idempotent-answers.js';
import type { KeyedRequest } from '../store/accounts/idempotent-answers.js';
import { isLockTimeout } from '../store/db.js';
import type { Queryable, Tx } from '../store/db.js';
import type { RequestTransactions } from '../store/request-transactions.js';
import type { KeyRing } from '../store/secrets.js';
import { finish } from './answer.js';
import type { Answer } from './answer.js';

/** How requests with an `Idempotency-Key` are answered. */
export interface KeyedAnswers {
  /**
   * Does the work of a request once, in one transaction with its key and its answer, and then what the answer leaves for
   * later. Repeats get the first answer, and one that comes while the first is under way is refused after three seconds.
   */
  once(request: KeyedRequest, work: () => Promise<Answer>): Promise<Answer>;
  /** The answer to an earlier request with this key. */
  find(request: KeyedRequest): Promise<Answer | undefined>;
}

/** Header documentation for every POST route of the OpenAPI document. */
export const idempotencyDoc = {
  'Idempotency-Key': {
    description:
      'Repeating the same request with the same key within 24 hours returns the first answer and does nothing else, even if the connection or the server broke off before that answer arrived.',
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
 * Successful answers are kept for 24 hours, encrypted. A refusal or failure rolls everything back and leaves the key
 * free. A key whose answer cannot be decrypted any more answers 409, since doing the work again would do it twice.
 */
export function createKeyedAnswers(transactions: RequestTransactions, keyRing: KeyRing): KeyedAnswers {
  const keep = (db: Queryable, request: KeyedRequest, answer: Answer) =>
    keepAnswer(db, request, keyRing.encrypt(JSON.stringify(answer), placeOf(request)));
  const find = async (db: Queryable, request: KeyedRequest): Promise<Answer | undefined> => {
    const known = await readAnswer(db, request);
    if (known === undefined) return undefined;
    if (known.requestHash !== request.requestHash)
      throw new AppError('conflict', 'Idempotency-Key was used for another request');
    return JSON.parse(decrypted(keyRing, known.answer, request)) as Answer;
  };
  return {
    once: async (request, work) => {
      const answer = await transactions.inOne(async (tx) => {
        await takeKey(tx, request);
        const known = await find(tx, request);
        if (known !== undefined) return known;
        const made = await work();
        if (isKept(made)) await keep(tx, request, made);
        return made;
      });
      const last = await finish(answer);
      if (last !== answer && isKept(last)) await keep(transactions.db, request, last);
      return last;
    },
    find: (request) => find(transactions.db, request),
  };
}

function isKept(answer: Answer): boolean {
  return !('stream' in answer) && answer.status < 300;
}

async function takeKey(tx: Tx, request: KeyedRequest): Promise<void> {
  try {
    await lockKey(tx, request);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    throw new AppError('conflict', 'a request with this Idempotency-Key is under way', {
      retryAfterSeconds: 1,
    });
  }
}

function placeOf({ scope, key }: KeyedRequest) {
  return { column: 'idempotent_answers.answer', row: `${scope} ${key}` } as const;
}

/** Throws AppError `conflict` when no key of the ring fits, as after the encryption key was taken away. */
function decrypted(keyRing: KeyRing, answer: Buffer, request: KeyedRequest): string {
  try {
    return keyRing.decrypt(answer, placeOf(request));
  } catch {
    throw new AppError(
      'conflict',
      'this Idempotency-Key was used, and its stored answer cannot be read any more',
    );
  }
}
