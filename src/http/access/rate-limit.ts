import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../errors.js';

const BURST_EVERY_SECONDS = 10;

/**
 * Counts requests by workspace, so that more keys are no more requests, in this process. Throws AppError
 * `rate_limited` with `retryAfterSeconds` when it has used up `perSecond` and its burst of as much again. 0 = no limit.
 */
export function createRateLimit(perSecond: number): (key: string) => Promise<void> {
  if (perSecond === 0) return () => Promise.resolve();
  const limiter = new BurstyRateLimiter(
    new RateLimiterMemory({ points: perSecond, duration: 1 }),
    new RateLimiterMemory({ keyPrefix: 'burst', points: perSecond, duration: BURST_EVERY_SECONDS }),
  );
  return async (key) => {
    try {
      await limiter.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
      throw new AppError('rate_limited', 'too many requests', { retryAfterSeconds });
    }
  };
}
