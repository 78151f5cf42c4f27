/** Why a message can never be sent. `expired` and `dropped` are Parley's own decisions. */
export type PermanentReason =
  | 'notOnWhatsApp'
  | 'windowClosed'
  | 'optedOut'
  | 'recipientBlocked'
  | 'invalidContent'
  | 'mediaInvalid'
  | 'unsupported'
  | 'policy'
  | 'accountConfig'
  | 'expired'
  | 'dropped'
  | 'unknown';

/**
 * What a channel's error or silence means.
 * - `Retryable`: not sent; to be tried again, after `retryAfterMs` if given. `scope`: what must wait besides the message.
 * - `UnknownOutcome`: may have been sent. `resendSafe`: may be repeated at once, since the receiver ignores duplicates.
 * - `ChannelDown`: the number is not connected at the provider.
 * - `Auth`: the credentials or the instance are refused.
 * - `Permanent`: will never be sent, see `reason`.
 */
export interface ChannelErrorInfo {
  class: 'Retryable' | 'UnknownOutcome' | 'ChannelDown' | 'Auth' | 'Permanent';
  reason?: PermanentReason;
  retryAfterMs?: number;
  scope?: 'pair' | 'channel' | 'global';
  resendSafe?: boolean;
  httpStatus?: number;
  providerCode?: string | number;
  providerMessage?: string;
}

/**
 * The only error that a channel's `send` throws. Its message holds class and codes, never a provider's text or secrets.
 */
export class ChannelError extends Error {
  constructor(readonly info: ChannelErrorInfo) {
    const { reason, providerCode, httpStatus } = info;
    const code = /^\d{1,9}$/.test(String(providerCode)) ? providerCode : httpStatus;
    super(`${info.class}${reason ? `(${reason})` : ''} ${code ?? ''}`.trim());
    this.name = 'ChannelError';
  }
}
