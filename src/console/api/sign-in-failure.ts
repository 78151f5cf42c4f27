import { ApiError } from './client.js';

/** Why a sign-in failed, as the key of its text; `byCode` for one by a link. */
export function failureOf(error: Error, byCode: boolean): 'refused' | 'usedLink' | 'tooMany' | 'unreachable' {
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 429) return 'tooMany';
  if (status === 400 || status === 401) return byCode ? 'usedLink' : 'refused';
  return 'unreachable';
}
