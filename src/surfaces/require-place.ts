import { AppError } from '../errors.js';

/**
 * The row after which a page of a list begins must be one that the caller may see: `find` throws AppError else. Throws
 * `invalid_query` then, naming the parameter; one that was not given passes.
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
