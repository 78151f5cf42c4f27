/** A setting that the wizard asks for. All other settings of a channel have defaults. */
export interface ChannelField {
  name: ChannelFieldName;
  kind: 'text' | 'secret' | 'secrets';
  /** Initial value. `made`: any text will do, so a random one is generated. */
  first?: string | 'made';
  example?: string;
}

/** The settings that the wizard asks for, of all channels. */
export const CHANNEL_FIELDS = [
  'base_url',
  'instance',
  'session',
  'api_key',
  'hmac_key',
  'phone_number_id',
  'access_token',
  'app_secret',
  'verify_token',
  'instance_id',
  'token',
  'instance_token',
  'client_token',
  'account_sid',
  'auth_token',
  'from',
  'outbound_url',
  'inbound_secrets',
  'outbound_secrets',
] as const;
/** See `CHANNEL_FIELDS`. */
export type ChannelFieldName = (typeof CHANNEL_FIELDS)[number];

const text = (name: ChannelFieldName, example?: string): ChannelField => ({ name, kind: 'text', example });
const secret = (name: ChannelFieldName, first?: 'made'): ChannelField => ({ name, kind: 'secret', first });
const secrets = (name: ChannelFieldName): ChannelField => ({ name, kind: 'secrets', first: 'made' });

/** The required settings of each channel, easiest channel first. A test compares them with the API's schemas. */
export const CHANNELS = {
  sandbox: [],
  evolution: [text('base_url', 'https://evolution.example.com'), text('instance', 'shop'), secret('api_key')],
  'cloud-api': [
    text('phone_number_id', '106540352242922'),
    secret('access_token'),
    secret('app_secret'),
    secret('verify_token', 'made'),
  ],
  waha: [
    text('base_url', 'https://waha.example.com'),
    { name: 'session', kind: 'text', first: 'default' },
    secret('api_key'),
    secret('hmac_key', 'made'),
  ],
  codechat: [text('base_url', 'https://codechat.example.com'), text('instance', 'shop'), secret('api_key')],
  zapi: [text('instance_id'), secret('token'), secret('client_token')],
  vzaps: [text('instance_id'), secret('instance_token'), secret('client_token')],
  twilio: [text('account_sid', 'AC…'), secret('auth_token'), text('from', 'whatsapp:+14155238886')],
  generic: [
    text('outbound_url', 'https://gateway.example.com/parley'),
    secrets('inbound_secrets'),
    secrets('outbound_secrets'),
  ],
} satisfies Record<string, ChannelField[]>;
/** Type of a channel, as in the API. */
export type ChannelName = keyof typeof CHANNELS;

/** The settings of a channel; none for a channel that the console does not know. */
export function fieldsOf(channel: string): readonly ChannelField[] {
  return Object.hasOwn(CHANNELS, channel) ? CHANNELS[channel as ChannelName] : [];
}

/** The initial values of a channel's form. */
export function firstValues(channel: ChannelName): Record<string, string> {
  return Object.fromEntries(
    fieldsOf(channel).map(({ name, first }) => [name, first === 'made' ? randomWords() : (first ?? '')]),
  );
}

/** The member `channel` for the API, from the values of the form. */
export function channelOf(channel: ChannelName, values: Record<string, string>): Record<string, unknown> {
  return { type: channel, ...membersOf(fieldsOf(channel), values) };
}

/** The members to change of a channel: those that were filled in. */
export function changesOf(fields: readonly ChannelField[], values: Record<string, string>) {
  return membersOf(
    fields.filter(({ name }) => (values[name] ?? '') !== ''),
    values,
  );
}

function membersOf(fields: readonly ChannelField[], values: Record<string, string>) {
  const members = fields.map(({ name, kind }) => [
    name,
    kind === 'secrets' ? [values[name] ?? ''] : (values[name] ?? ''),
  ]);
  return Object.fromEntries(members) as Record<string, unknown>;
}

/** 192 random bits as 32 URL-safe characters. */
function randomWords(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}
