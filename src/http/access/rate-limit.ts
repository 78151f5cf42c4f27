import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../errors.js';

const BURST_EVERY_SECONDS = 10;

/**
 * Limits requests per workspace, within this process; several keys of one workspace share its limit. `perSecond`
 * requests a second, and as many again in each ten seconds as a burst; beyond that it throws AppError `rate_limited`
 * with `retryAfterSeconds`. 0 = no limit.
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
