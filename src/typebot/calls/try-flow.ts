import type { TypebotFailure } from '../../../activities/ports/typebot-failure.js';
import type { FlowTrial, TryFlow } from '../../../activities/ports/typebot.js';
import { cutText } from '../../foreign/cut-text.js';
import { readJson } from '../../foreign/read-json.js';
import type { HttpClient, HttpResponse } from '../../guarded-http/http.js';
import { readAnswer } from '../wire.js';
import { postJson } from './client.js';
import { failureOfRequest, failureOfResponse } from './failure.js';
import { readErrorBody } from './wire.js';

/** Short, because a person is waiting for the result. */
const TRIAL_TIMEOUT_MS = 10_000;
const MAX_DETAIL_LENGTH = 200;

/**
 * Tries a flow with `isOnlyRegistering`: Typebot checks that the flow is published and open and creates a chat, but
 * runs no block. Nothing appears in the flow's results.
 */
export function createFlowTrial(http: HttpClient): TryFlow {
  return async (target) => {
    const path = `/v1/typebots/${encodeURIComponent(target.publicId)}/startChat`;
    const request = { ...postJson(target, path, { isOnlyRegistering: true }), timeoutMs: TRIAL_TIMEOUT_MS };
    try {
      return ofResponse(await http(request));
    } catch (error) {
      return ofFailure(failureOfRequest(error));
    }
  };
}

function ofResponse(response: HttpResponse): FlowTrial {
  const body = readJson(response.body);
  const isChat = response.status < 300 && readAnswer(body)?.sessionId !== undefined;
  if (isChat) return { outcome: 'found', detail: '' };
  const isOurs = readErrorBody(body) !== undefined;
  if (response.status === 404 && isOurs) return { outcome: 'not_found', detail: '' };
  // A web page or another service. From 500 on it may be a gateway's page about a viewer that is down.
  if (!isOurs && response.status < 500) return { outcome: 'not_typebot', detail: `HTTP ${response.status}` };
  return ofFailure(failureOfResponse('start', response));
}

function ofFailure({ kind, detail: { reason, contactText, status } }: TypebotFailure): FlowTrial {
  const said = (outcome: FlowTrial['outcome'], words: string) => ({
    outcome,
    detail: cutText(words, MAX_DETAIL_LENGTH),
  });
  if (contactText !== undefined) return said('closed', contactText);
  if (kind === 'refused' || kind === 'broken') return said('refused', reason);
  // An answer that is too large still shows that something answers.
  return said(status === undefined && reason === 'answer too large' ? 'not_typebot' : 'unreachable', reason);
}
