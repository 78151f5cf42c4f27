/** A start that only the person at the terminal can make possible. The message says how; no stack is printed. */
export class StartRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartRefused';
  }
}

/** For `.catch`: refuses the start with one sentence and the reason of the failure. */
export function refuseStart(sentence: string): (error: unknown) => never {
  return (error) => {
    throw new StartRefused(`${sentence}: ${reasonOf(error)}`);
  };
}

/** As `refuseStart`, for the database at this URL, without showing its password. */
export function refuseDatabase(databaseUrl: string): (error: unknown) => never {
  return refuseStart(`PostgreSQL at ${new URL(databaseUrl).host} (DATABASE_URL) cannot be used`);
}

/** What to print about a failed start: a stack only when the program is at fault. */
export function explainStart(error: unknown): string {
  if (error instanceof StartRefused) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A host with several addresses fails with one error per address, and without a message of its own.
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first === undefined ? error.message : reasonOf(first);
}
