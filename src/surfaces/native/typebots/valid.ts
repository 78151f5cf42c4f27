import { AppError } from '../../../errors.js';
import type { parseWith } from '../../../http/input/schema.js';

/** The parsed value; throws AppError `invalid_body` with the first fault. */
export function requireValid<Value>(parsed: ReturnType<typeof parseWith<Value>>): Value {
  if (parsed.ok) return parsed.value;
  const [issue] = parsed.issues;
  throw new AppError('invalid_body', `${issue?.path.join('.')} ${issue?.message}`, { issues: parsed.issues });
}
