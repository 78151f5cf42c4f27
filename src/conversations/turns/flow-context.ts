import type { Referral } from '../../../activities/ports/messages.js';
import type { FlowSettings, FlowSurface } from '../../../activities/ports/typebot.js';
import type { ChannelContext } from '../../channels/channel.js';
import { adaptOptions } from '../../channels/forms/adapt-parts.js';
import { defaultCapabilities } from '../../channels/forms/capabilities.js';
import { phoneDigits } from '../../channels/jid.js';
import { cutText } from '../../foreign/cut-text.js';
import type { WaitingRow } from '../../store/messages/inbox.js';
import type { TypebotSettings } from '../../store/rows.js';
import type { TurnContext } from '../../store/sessions/turn-context.js';

/** The settings that the Typebot side needs. */
export function flowSettings(settings: TypebotSettings): FlowSettings {
  return {
    locale: settings.locale,
    timeZone: settings.time_zone,
    inputHints: settings.input_hints,
    typingEmulation: settings.typing_emulation,
    defaultDelayMs: settings.default_delay_ms,
    unknownMessage: settings.unknown_message,
  };
}

/** Where the flow runs. Without a channel it is an API that shows choices as data. */
export function flowSurface(context: TurnContext, connected: ChannelContext | undefined): FlowSurface {
  if (connected === undefined) return { kind: 'api', capabilities: defaultCapabilities.generic };
  return {
    kind: 'whatsapp',
    capabilities: connected.capabilities,
    ...adaptOptions(connected.settings),
    phone: phoneOf(context),
  };
}

function phoneOf(context: TurnContext): string | undefined {
  return phoneDigits(context.remoteJid) ?? context.waId ?? undefined;
}

/**
 * Variables set when the flow starts. They never include a key or token of the workspace, since a flow can send them
 * anywhere.
 */
export function prefilledVariables(
  context: TurnContext,
  first: WaitingRow | undefined,
  publicUrl: string,
): Record<string, string> {
  return {
    instanceInstanceId: context.instanceId,
    keyRemoteJid: context.remoteJid,
    keyId: first?.providerMessageId ?? '',
    contentType: contentWord(first?.contentType ?? 'text'),
    messageId: first?.id ?? '',
    pushName: cleanName(context.pushName),
    businessId: context.workspaceId,
    sessionId: context.sessionId,
    firstMessage: context.firstText ?? '',
    phone: phoneOf(context) ?? '',
    callbackUrl: `${publicUrl}/callbacks/${context.callbackToken ?? ''}`,
    ...adVariables(context.referral ?? {}),
  };
}

/** Addresses and texts of an advertisement are cut to this length, in UTF-16 units. */
const MAX_AD_TEXT = 2_048;

/** The advertisement that brought the contact. Empty when there was none, which clears those of a remembered result. */
function adVariables({ sourceId, sourceUrl, headline, body, ctwaClid }: Referral): Record<string, string> {
  const cut = (text = '') => cutText(text, MAX_AD_TEXT);
  return {
    adSourceId: cut(sourceId),
    adSourceUrl: cut(sourceUrl),
    adHeadline: cut(headline),
    adBody: cut(body),
    ctwaClid: cut(ctwaClid),
  };
}

/** CodeChat's names for content types, because flows written for it compare them. */
function contentWord(type: string): string {
  const words: Record<string, string> = {
    contacts: 'contact',
    button_reply: 'text',
    list_reply: 'text',
    flow_reply: 'text',
  };
  return words[type] ?? type;
}

/** Flows print variable values as Markdown, so a name must not contain formatting. */
function cleanName(name: string): string {
  return name
    .replace(/[*_`\r\n]+/g, ' ')
    .replace(/^\s*(?:[#>\-+]|\d+\.)\s*/, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}
