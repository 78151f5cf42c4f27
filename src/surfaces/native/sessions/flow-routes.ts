import { prefilledVariables } from '../../../conversations/turns/flow-context.js';
import { AppError } from '../../../errors.js';
import { keyAccess } from '../../../http/access/access.js';
import { isUuid } from '../../../http/access/instance-access.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { listFlowAnswers } from '../../../store/sessions/flow-answers.js';
import { findOverview } from '../../../store/sessions/overview.js';
import { readTurnContext } from '../../../store/sessions/turn-context.js';
import type { TurnContext } from '../../../store/sessions/turn-context.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import { flowSchema } from './flow-schema.js';
import { snakeCase } from '../../../foreign/snake-case.js';

const MAX_ANSWERS = 100;
/** The callback address gives access to the flow to anybody who has it; the others concern a single message. */
const LEFT_OUT = ['callbackUrl', 'keyId', 'messageId', 'contentType'];

/** `GET /sessions/{session}/flow`. */
export function flowRoute(deps: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/sessions/{session}/flow',
    summary:
      'Show what is known of the flow: its open question, what it was given, and what the contact answered',
    access: keyAccess(deps.auth),
    answers: {
      200: { description: 'The flow, as far as it is known', schema: flowSchema },
      ...nativeErrors(404),
    },
    handle: async ({ who, param }) => {
      const id = param('session');
      const session = isUuid(id) ? await findOverview(deps.db, who, id) : undefined;
      if (session === undefined) throw new AppError('not_found', 'session not found');
      const context = await readTurnContext(deps.db, id);
      const answers = await listFlowAnswers(deps.db, id, MAX_ANSWERS);
      return reply(200, {
        typebot_session_id: session.typebotSessionId,
        result_id: context?.resultId ?? null,
        question: context ? questionOf(context, session.question) : null,
        variables: context ? variablesOf(context) : {},
        answers: answers.map(({ messageId, question, text, contentType, at }) => ({
          ...{ message_id: messageId, question, text, at: at.toISOString() },
          content_type: snakeCase(contentType),
        })),
      });
    },
  });
}

function questionOf({ openInput }: TurnContext, kind: string | null) {
  if (openInput === null) return null;
  return { kind, choices: openInput.choices.map(({ id, title }) => ({ id, title })) };
}

function variablesOf(context: TurnContext): Record<string, string> {
  const given = Object.entries(prefilledVariables(context, undefined, ''));
  return Object.fromEntries(given.filter(([name, value]) => value !== '' && !LEFT_OUT.includes(name)));
}
