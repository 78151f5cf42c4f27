import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import { describeError } from '../errors.js';

/**
 * Removes foreign text from errors of activities, because they become part of histories and of the SDK's log.
 * Temporal's own failures keep their message; of any other error only what `describeError` allows is passed on.
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

/** The SDK must recognise its own errors and aborts; their messages are constant. */
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
