import { AppError } from '../../../errors.js';
import { keyAccess } from '../../../http/access/access.js';
import { requireInstance } from '../../../http/access/instance-access.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import {
  readActivity,
  readAnswerTimes,
  readFailures,
  readOutcomes,
} from '../../../store/statistics/activity.js';
import type { StatisticsScope } from '../../../store/statistics/activity.js';
import { readQuestions } from '../../../store/statistics/questions.js';
import { instanceRouteStart, requireTypebot } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { questionsSchema, statisticsQuerySchema, statisticsSchema } from './schema.js';
import { periodOf } from './period.js';
import { toAnswerTime } from './translate.js';

/** Statistics over many conversations. */
export function statisticsRoutes(deps: NativeDeps): Route[] {
  return [statisticsRoute(deps), questionsRoute(deps)];
}

function statisticsRoute({ auth, db }: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/statistics',
    summary: 'Count conversations, messages, answers and failures in a period',
    description: 'Counts what is still stored: deleted sessions are not included.',
    access: keyAccess(auth),
    query: statisticsQuerySchema,
    answers: {
      200: { description: 'The numbers', schema: statisticsSchema },
      ...nativeErrors(400, 403, 404),
    },
    handle: async ({ who, query: { interval, instance_id: wanted, ...given } }) => {
      if (wanted !== undefined) await requireInstance(db, who, wanted);
      const period = periodOf(given, interval, Date.now());
      if (typeof period === 'string') throw new AppError('invalid_query', period);
      const scope: StatisticsScope = {
        ...{ workspaceId: who.workspaceId, instanceId: wanted ?? who.instanceId },
        ...period,
      };
      const activity = await readActivity(db, scope, interval);
      const outcomes = await readOutcomes(db, scope);
      const failures = await readFailures(db, scope);
      return reply(200, {
        ...{ from: period.from.toISOString(), to: period.to.toISOString(), interval },
        activity: activity.map(({ at, sentByBot, sentByPeople, ...counts }) => ({
          ...{ at: at.toISOString(), ...counts, sent_by_bot: sentByBot, sent_by_people: sentByPeople },
        })),
        answer_time: toAnswerTime(await readAnswerTimes(db, scope)),
        outcomes,
        failures: failures.map(({ lastAt, ...failure }) => ({ ...failure, last_at: lastAt.toISOString() })),
      });
    },
  });
}

function questionsRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}/typebots/{typebotId}/questions',
    summary: 'Show at which questions the conversations of a typebot are waiting now',
    answers: { 200: { description: 'The questions', schema: questionsSchema }, ...nativeErrors(403, 404) },
    handle: async ({ who, context, param }) => {
      const { id } = await requireTypebot(deps.db, context.instanceId, param('typebotId'));
      const questions = await readQuestions(deps.db, who, id);
      return reply(200, {
        questions: questions.map(({ block, medianWaitSeconds, ...question }) => ({
          ...{ block_id: block, ...question, median_wait_seconds: Math.round(medianWaitSeconds) },
        })),
      });
    },
  });
}
