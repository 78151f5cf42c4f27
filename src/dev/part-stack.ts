import type { StoppablePart } from '../shutdown.js';

/** A stop was asked for while parts were still being started. */
export class StoppedWhileStarting extends Error {
  constructor() {
    super('stopped while starting');
    this.name = 'StoppedWhileStarting';
  }
}

/** The parts started so far. They are stopped in reverse order. */
export interface PartStack {
  /** Adds a part. If a stop was asked for meanwhile, stops it at once and throws `StoppedWhileStarting`. */
  add(name: string, part: { stop(): Promise<void> }): Promise<void>;
  /** Accepts no more parts. */
  close(): void;
  /** Stops every part, each only once. Throws the first failure, after trying all. */
  stop(): Promise<void>;
}

/** Creates an empty stack. */
export function createPartStack(): PartStack {
  const parts: StoppablePart[] = [];
  let closed = false;
  return {
    async add(name, part) {
      if (closed) {
        await part.stop();
        throw new StoppedWhileStarting();
      }
      parts.push({ name, stop: () => part.stop() });
    },
    close() {
      closed = true;
    },
    async stop() {
      closed = true;
      const failures: unknown[] = [];
      for (let part = parts.pop(); part; part = parts.pop()) {
        await part.stop().catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
