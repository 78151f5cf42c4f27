import { AppError } from '../errors.js';

/**
 * Checks that a page of a list begins after a row the caller may see; `find` throws an AppError for any other. Throws
 * AppError `invalid_query`, naming the parameter. A parameter that was not given passes.
 */
export async function requirePlace(
  parameter: 'before' | 'after',
  id: string | undefined,
  find: (id: string) => Promise<unknown>,
): Promise<void> {
  if (id === undefined) return;
  try {
    await find(id);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('invalid_query', `${parameter} must be the id of one of this list`);
  }
}
