/**
 * Every HTTP request Parley makes to an address it was given goes through this one function type, so that
 * private addresses, redirects, sizes and times are guarded in one place.
 */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** A string or bytes are sent as they are; a FormData sets its own content type. */
  body?: string | Uint8Array | FormData;
  /** Whole request, from connect to the last byte of the answer. */
  timeoutMs: number;
  /** An answer larger than this is refused while it streams. */
  maxBytes: number;
  /**
   * Whose address it is. `operator`: named by whoever runs the instance; may reach private hosts that
   * PARLEY_ALLOW_PRIVATE_HOSTS names. `flow`: named by a flow or a contact; never reaches a private address.
   */
  source: 'operator' | 'flow';
  /** `follow` checks every hop and drops credentials when the host changes; `manual` returns the 3xx. Default `manual`. */
  redirect?: 'follow' | 'manual';
  signal?: AbortSignal;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** The address that answered, after redirects. */
  url: string;
}

/** Resolves for every HTTP status. Throws only `HttpFailure`. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * The remote was not reached or did not answer readably.
 * - `refused`: the address is not allowed (private, link-local, other scheme). Never worth a retry.
 * - `before`: nothing was written (DNS, connect, TLS): safe to repeat.
 * - `after`: the request may have been taken: reset, time-out, unreadable answer.
 * - `tooLarge`: the answer is over `maxBytes`.
 * The message never contains a URL, a body or a secret.
 */
export class HttpFailure extends Error {
  constructor(
    readonly phase: 'refused' | 'before' | 'after' | 'tooLarge',
    readonly causeCode: string,
  ) {
    super(`request ${phase}: ${causeCode}`);
    this.name = 'HttpFailure';
  }
}
