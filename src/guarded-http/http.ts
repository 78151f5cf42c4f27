/**
 * An HTTP request to an address that Parley was given. All of them go through `HttpClient`, so that private addresses,
 * redirects, sizes and times are checked in one place.
 */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** A string or bytes are sent unchanged; a FormData sets its own content type. */
  body?: string | Uint8Array | FormData;
  /** Limit of the whole request, from connecting to the last byte of the answer. */
  timeoutMs: number;
  /** A larger answer is abandoned while it is being received (`tooLarge`). */
  maxBytes: number;
  /**
   * Who chose the address. `operator`: whoever runs the instance; private hosts in PARLEY_ALLOW_PRIVATE_HOSTS may be
   * reached. `flow`: a flow or a contact; no private address is ever reached.
   */
  source: 'operator' | 'flow';
  /** `follow`: checks every hop and drops credentials on a change of origin. `manual`, the default: returns the 3xx. */
  redirect?: 'follow' | 'manual';
  signal?: AbortSignal;
}

/** An HTTP answer of any status. */
export interface HttpResponse {
  status: number;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Uint8Array;
  /** The URL that answered, after redirects. */
  url: string;
}

/** Resolves for every HTTP status. Rejects with `HttpFailure` only. */
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * A request that got no readable answer.
 * - `refused`: the address is not allowed (private, link-local, another scheme). Never worth a retry.
 * - `before`: nothing was sent (DNS, connecting, TLS). Safe to repeat.
 * - `after`: reset, time-out or unreadable answer. The server may have acted on the request.
 * - `tooLarge`: the answer exceeds `maxBytes`.
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
