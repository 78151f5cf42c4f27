import type { AnswerTimes } from '../../../store/statistics/activity.js';

/** Times in whole milliseconds; null when nothing was measured. */
export function toAnswerTime({ count, quantiles }: AnswerTimes) {
  const [p50, p90, p99] = (quantiles ?? []).map((ms) => Math.round(ms));
  return { count, p50_ms: p50 ?? null, p90_ms: p90 ?? null, p99_ms: p99 ?? null };
}
