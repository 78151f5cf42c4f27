import {
  type OutboundContent,
  type OutboundMessage,
  type OutMedia,
  type SendReceipt,
} from '../../../activities/ports/messages.js';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { succeeded } from '../provider/http-errors.js';
import { phoneDigits } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined } from '../provider/json.js';
import { unsupported } from '../provider/provider-call.js';
import { twilioAnswerInfo } from './errors.js';
import { sendAnswerSchema } from './wire.js';

/**
 * The form that sends a message. Throws `ChannelError`: Permanent(unsupported) for content that Twilio cannot send,
 * Permanent(invalidContent) for an address that is not a phone number.
 */
export function twilioForm(message: OutboundMessage, from: string, statusCallback: string): URLSearchParams {
  const digits = phoneDigits(message.to.jid);
  if (digits === undefined) throw new ChannelError({ class: 'Permanent', reason: 'invalidContent' });
  return new URLSearchParams({
    From: from,
    To: `whatsapp:+${digits}`,
    ...contentFields(message.content),
    StatusCallback: statusCallback,
  });
}

function contentFields(content: OutboundContent): Record<string, string> {
  switch (content.type) {
    case 'text':
      return { Body: content.text };
    case 'image':
    case 'video':
    case 'document':
      return { ...(content.caption ? { Body: content.caption } : {}), MediaUrl: linkOf(content.media) };
    case 'audio':
      return { MediaUrl: linkOf(content.media) };
    case 'location': {
      const { latitude, longitude, name = `${latitude}, ${longitude}` } = content;
      return { Body: name, PersistentAction: `geo:${latitude},${longitude}|${content.address ?? name}` };
    }
    case 'template':
      return templateFields(content);
    case 'sticker':
    case 'contacts':
    case 'reaction':
    case 'buttons':
    case 'list':
    case 'ctaUrl':
    case 'locationRequest':
      throw unsupported();
  }
}

/** In a template for Twilio, `name` is the ContentSid and the first component holds the variables. */
function templateFields({ name, components }: Extract<OutboundContent, { type: 'template' }>) {
  const variables = components?.[0];
  return {
    ContentSid: name,
    ...(variables === undefined ? {} : { ContentVariables: JSON.stringify(variables) }),
  };
}

/** Twilio downloads files itself, so it needs a link. */
function linkOf(media: OutMedia): string {
  if ('url' in media) return media.url;
  throw unsupported();
}

/** Reads the answer to a send. Throws `ChannelError` according to Twilio's error codes. */
export function twilioReceipt(answer: HttpResponse): SendReceipt {
  const { sid, status, code } = sendAnswerSchema.parse(readJson(answer.body));
  if (!succeeded(answer)) throw new ChannelError(twilioAnswerInfo(answer, code));
  if (!sid) throw new ChannelError({ class: 'UnknownOutcome', httpStatus: answer.status });
  return defined({ keyId: sid, providerStatus: status });
}
