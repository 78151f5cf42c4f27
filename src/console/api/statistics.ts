import { queryOptions } from '@tanstack/react-query';
import { call, queryOf } from './client.js';
import type { Questions, Statistics } from './wire.js';

const HOUR_MS = 3_600_000;

/** Periods that the overview can show, and the interval of their bars. */
export const TIMES = {
  day: { hours: 24, interval: 'hour' },
  week: { hours: 7 * 24, interval: 'hour' },
  month: { hours: 30 * 24, interval: 'day' },
} as const;
/** Name of a period in `TIMES`. */
export type Time = keyof typeof TIMES;

/** Search parameters of the overview's address. */
export interface OverviewSearch {
  time?: Time;
  instance_id?: string;
  typebot_id?: string;
}

/** Reads the search parameters of the address; unknown values are left out. */
export function readOverview(search: Record<string, unknown>): OverviewSearch {
  const { time, instance_id: instance, typebot_id: typebot } = search;
  return {
    ...(typeof time === 'string' && Object.hasOwn(TIMES, time) && { time: time as Time }),
    ...(typeof instance === 'string' && { instance_id: instance }),
    ...(typeof typebot === 'string' && { typebot_id: typebot }),
  };
}

/** Statistics of a period that ends now. */
export const statisticsQuery = (time: Time, instance: string | undefined) =>
  queryOptions({
    queryKey: ['statistics', time, instance],
    queryFn: () => {
      const { hours, interval } = TIMES[time];
      const from = new Date(Date.now() - hours * HOUR_MS).toISOString();
      return call<Statistics>('GET', `/statistics${queryOf({ from, interval, instance_id: instance })}`);
    },
    refetchInterval: 60_000,
  });

/** At which questions the conversations of a typebot are now. */
export const questionsQuery = (instance: string, typebot: string) =>
  queryOptions({
    queryKey: ['statistics', 'questions', typebot],
    queryFn: () => call<Questions>('GET', `/instances/${instance}/typebots/${typebot}/questions`),
    refetchInterval: 30_000,
  });
