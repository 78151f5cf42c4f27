import type { StoppablePart } from '../shutdown.js';

/** A stop was asked for while parts were still being started. */
export class StoppedWhileStarting extends Error {
  constructor() {
    super('stopped while starting');
    this.name = 'StoppedWhileStarting';
  }
}

/** What has been started so far; stopped in the opposite order. */
export interface PartStack {
  /** Adds a part. Once a stop was asked for, stops it at once and throws `StoppedWhileStarting`. */
  add(name: string, part: { stop(): Promise<void> }): Promise<void>;
  /** No more parts from here on. */
  close(): void;
  /** Stops all parts, each once. Throws the first failure after all were tried. */
  stop(): Promise<void>;
}

/** An empty stack. */
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
