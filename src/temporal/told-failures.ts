import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { describeError } from '../errors.js';

/**
 * What fails in an activity becomes part of a history, and of the lines that the SDK logs. An error of ours says what it
 * says; of every other one only what `describeError` allows is handed on.
 */
export function tellNothingForeign(): ActivityInterceptors {
  return {
    inbound: {
      execute: async (input, next) => {
        try {
          return await next(input);
        } catch (error) {
          throw toldFailure(error);
        }
      },
    },
  };
}

/** The SDK knows its own errors and an aborted signal; their words are constant. */
function toldFailure(error: unknown): unknown {
  if (error instanceof TemporalFailure) return withoutCause(error);
  if (error instanceof Error && ['AbortError', 'CompleteAsyncError'].includes(error.name)) return error;
  const { error: type, code, constraint, message, at = [] } = describeError(error);
  const said = message ?? [type, code, constraint].filter((part) => part !== undefined).join(' ');
  const failure = ApplicationFailure.create({ message: said, type });
  failure.stack = [`${type}: ${said}`, ...at.map((frame) => `    ${frame}`)].join('\n');
  return failure;
}

function withoutCause(error: TemporalFailure): TemporalFailure {
  if (error.cause !== undefined) Object.defineProperty(error, 'cause', { value: undefined });
  return error;
}
