import { type SendReceipt } from '../../../activities/ports/messages.js';
import { ChannelError, type ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { statusInfo, succeeded } from '../provider/http-errors.js';
import { readJid } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, member, printed } from '../provider/json.js';
import type { Flavour } from './outbound.js';
import { sendAnswerSchema } from './wire.js';

/** Reads the answer to a send. Throws `ChannelError`. */
export function codechatReceipt(
  answer: HttpResponse,
  flavour: Flavour,
  clientMessageId: string | undefined,
): SendReceipt {
  const json = readJson(answer.body);
  if (flavour === 'go' && answer.status === 406) return { providerStatus: 'notStored' };
  if (flavour === 'go' && answer.status === 202) return { providerStatus: 'processing' };
  if (!succeeded(answer)) {
    throw new ChannelError(flavour === 'go' ? goErrorInfo(answer, json) : v1ErrorInfo(answer, json));
  }
  const { id, keyId = clientMessageId, keyRemoteJid } = sendAnswerSchema.parse(json);
  if (!keyId) throw new ChannelError({ class: 'UnknownOutcome', httpStatus: answer.status });
  return defined({ keyId, dbId: id, remoteJid: readJid(keyRemoteJid) });
}

/** v1 answers 400 for every failure after validation, even for a database error after the message was sent. */
function v1ErrorInfo(answer: HttpResponse, json: unknown): ChannelErrorInfo {
  const httpStatus = answer.status;
  if (httpStatus !== 400) return statusInfo(answer);
  const said = member(json, 'message') ?? member(json, 'response', 'message');
  const items: unknown[] = Array.isArray(said) ? said : [said];
  if (items.some((item) => member(item, 'exists') === false)) {
    return { class: 'Permanent', reason: 'notOnWhatsApp', httpStatus };
  }
  const isClosed = /connection closed/i.test(printed(said));
  return { class: isClosed ? 'ChannelDown' : 'UnknownOutcome', httpStatus };
}

function goErrorInfo(answer: HttpResponse, json: unknown): ChannelErrorInfo {
  const httpStatus = answer.status;
  const text = printed([member(json, 'messages'), member(json, 'message'), member(json, 'error')]);
  switch (httpStatus) {
    case 408:
      return { class: 'UnknownOutcome', httpStatus };
    case 413:
    case 415:
      return { class: 'Permanent', reason: 'mediaInvalid', httpStatus };
    case 503:
      return { class: 'ChannelDown', httpStatus };
    case 404:
      return /instance/i.test(printed(json))
        ? { class: 'Auth', httpStatus }
        : refusedContent(text, httpStatus);
    case 400:
    case 422:
      return refusedContent(text, httpStatus);
    default:
      return statusInfo(answer);
  }
}

const notOnWhatsApp =
  /not (?:registered )?on whatsapp|(?:not|n't) (?:have|has) (?:a )?whatsapp|no whatsapp|"exists":false/i;

function refusedContent(text: string, httpStatus: number): ChannelErrorInfo {
  const reason = notOnWhatsApp.test(text) ? 'notOnWhatsApp' : 'invalidContent';
  return { class: 'Permanent', reason, httpStatus };
}
