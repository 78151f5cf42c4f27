import type { Response } from 'express';

/** A JSON answer, or `stream` for a route that writes the response itself. `stream` must also end it. */
export type Answer =
  | { status: number; body: unknown; headers?: Record<string, string> }
  | { stream: (response: Response) => void | Promise<void> };
