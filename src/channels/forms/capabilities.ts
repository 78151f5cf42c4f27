import type { ChannelCapabilities } from '../../../activities/ports/messages.js';
import type { CapabilitySetting } from '../provider/capabilities-schema.js';
import type { ChannelType } from '../channel.js';

/** Where a provider states no limit, Meta's is used, so that flows look the same on every channel. */
const plain: ChannelCapabilities = {
  buttons: 0,
  buttonMediaHeader: false,
  list: false,
  ctaUrl: false,
  locationRequest: false,
  template: false,
  sticker: true,
  reaction: true,
  typing: true,
  markRead: true,
  clientMessageId: false,
  statusCorrelation: false,
  ordersMedia: true,
  window24h: false,
  maxText: 4_096,
  maxCaption: 1_024,
  maxButtonBody: 1_024,
  maxButtonTitle: 20,
  maxListBody: 1_024,
  maxRowTitle: 24,
  maxRows: 10,
};

const menus = { buttons: 3, list: true };

/** What each channel type can show if its settings do not say otherwise. */
export const defaultCapabilities: Readonly<Record<ChannelType, ChannelCapabilities>> = {
  'cloud-api': {
    ...plain,
    ...menus,
    buttonMediaHeader: true,
    ctaUrl: true,
    locationRequest: true,
    template: true,
    statusCorrelation: true,
    ordersMedia: false,
    window24h: true,
    imageMimeTypes: ['image/jpeg', 'image/png'],
  },
  evolution: plain,
  waha: { ...plain, sticker: false },
  codechat: { ...plain, sticker: false, statusCorrelation: true },
  generic: { ...plain, ...menus, buttonMediaHeader: true, clientMessageId: true, statusCorrelation: true },
  sandbox: { ...plain, ...menus, buttonMediaHeader: true, clientMessageId: true, statusCorrelation: true },
  zapi: { ...plain, ...menus, sticker: false },
  vzaps: { ...plain, ...menus, reaction: false },
  twilio: {
    ...plain,
    template: true,
    sticker: false,
    reaction: false,
    typing: false,
    markRead: false,
    ordersMedia: false,
    window24h: true,
    maxText: 1_600,
    maxCaption: 1_600,
  },
};

/** Converts the `capabilities` setting from snake_case; absent members stay absent. */
export function toCapabilities(setting: CapabilitySetting): Partial<ChannelCapabilities> {
  const named: Partial<ChannelCapabilities> = {
    buttons: setting.buttons,
    buttonMediaHeader: setting.button_media_header,
    list: setting.list,
    ctaUrl: setting.cta_url,
    locationRequest: setting.location_request,
    template: setting.template,
    sticker: setting.sticker,
    reaction: setting.reaction,
    typing: setting.typing,
    markRead: setting.mark_read,
    clientMessageId: setting.client_message_id,
    statusCorrelation: setting.status_correlation,
    ordersMedia: setting.orders_media,
    window24h: setting.window24h,
    maxText: setting.max_text,
    maxCaption: setting.max_caption,
    maxButtonBody: setting.max_button_body,
    maxButtonTitle: setting.max_button_title,
    maxListBody: setting.max_list_body,
    maxRowTitle: setting.max_row_title,
    maxRows: setting.max_rows,
    imageMimeTypes: setting.image_mime_types,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/**
 * The defaults of a channel with the operator's setting applied. A setting can only reduce a capability; it can raise
 * those in `optIn`, up to the value there. The same holds for facts about the provider, such as `ordersMedia`.
 */
export function narrowedCapabilities(
  defaults: ChannelCapabilities,
  setting: CapabilitySetting | undefined,
  optIn: Partial<ChannelCapabilities> = {},
): ChannelCapabilities {
  const wanted = toCapabilities(setting ?? {});
  const ceiling = { ...defaults, ...optIn };
  const narrowed = Object.entries(wanted).map(([name, value]) => [name, atMost(value, ceiling, name)]);
  return { ...defaults, ...Object.fromEntries(narrowed) };
}

function atMost(value: unknown, ceiling: ChannelCapabilities, name: string): unknown {
  const limit: unknown = Object.entries(ceiling).find(([key]) => key === name)?.[1];
  if (typeof value === 'number' && typeof limit === 'number') return Math.min(value, limit);
  if (typeof value === 'boolean' && typeof limit === 'boolean') return value && limit;
  if (Array.isArray(value) && Array.isArray(limit)) return limit.filter((item) => value.includes(item));
  return value;
}
