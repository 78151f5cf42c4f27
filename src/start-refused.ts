/** A start that only the person at the terminal can make possible. The message says how; no stack is shown. */
export class StartRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartRefused';
  }
}
