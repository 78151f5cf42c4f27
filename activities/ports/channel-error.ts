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

/** What a channel's refusal or silence means. Delays in milliseconds. */
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

/** The only error a channel's `send` throws. Its message holds class and numbers, never a provider's words or secrets. */
export class ChannelError extends Error {
  constructor(readonly info: ChannelErrorInfo) {
    const { reason, providerCode, httpStatus } = info;
    const code = /^\d{1,9}$/.test(String(providerCode)) ? providerCode : httpStatus;
    super(`${info.class}${reason ? `(${reason})` : ''} ${code ?? ''}`.trim());
    this.name = 'ChannelError';
  }
}
