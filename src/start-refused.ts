/** A start that only the person at the terminal can make possible. The message says how; no stack is shown. */
export class StartRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartRefused';
  }
}

/** For a `catch`: what failed becomes a start that is refused, in one sentence and with the reason given for it. */
export function refuseStart(sentence: string): (error: unknown) => never {
  return (error) => {
    throw new StartRefused(`${sentence}: ${reasonOf(error)}`);
  };
}

/** As `refuseStart`, for the database behind this URL; its password is not shown. */
export function refuseDatabase(databaseUrl: string): (error: unknown) => never {
  return refuseStart(`PostgreSQL at ${new URL(databaseUrl).host} (DATABASE_URL) cannot be used`);
}

/** What a person at the terminal is told of a start that failed: a stack only where the fault is in the program. */
export function explainStart(error: unknown): string {
  if (error instanceof StartRefused) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A host with several addresses fails with one error for each, and no words of its own.
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first === undefined ? error.message : reasonOf(first);
}
