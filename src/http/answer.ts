import type { Response } from 'express';

/** A JSON answer, or `stream` for a route that writes the response itself. `stream` must also end it. */
export type Answer = JsonAnswer | { stream: (response: Response) => void | Promise<void> };

/** A JSON answer. */
export interface JsonAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /**
   * What is done once the work is committed, such as waiting for others. The answer that it makes is sent instead; this
   * one is for a repetition after the process died meanwhile.
   */
  afterwards?: () => Promise<Answer>;
}

/** Does what an answer leaves for after the commit. */
export async function finish(answer: Answer): Promise<Answer> {
  if ('stream' in answer || answer.afterwards === undefined) return answer;
  return answer.afterwards();
}
