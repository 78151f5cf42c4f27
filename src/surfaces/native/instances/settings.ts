import type { Channel } from '../../../channels/channel.js';
import { AppError } from '../../../errors.js';
import type { SplitSettings } from '../../../store/accounts/instances.js';
import { parseTranscriptionSettings, transcriptionSecretMembers } from '../../../transcription/settings.js';
import type { ChannelDirectory } from '../deps.js';
import { channelSchema, transcriptionJsonSchema } from './components.js';
import { movedAddress, requireSecretsAgain } from '../../secret-origins.js';
import { refuseUnknown } from './unknown-settings.js';

type Members = Record<string, unknown>;

/** The channel of a new instance; `sandbox` when none is named. Throws AppError `invalid_body`. */
export function readNewChannel(
  channels: ChannelDirectory,
  given: Members | undefined,
): { channel: Channel; settings: SplitSettings } {
  const { type, ...members } = given ?? { type: 'sandbox' };
  if (type === undefined) throw new AppError('invalid_body', 'channel.type is required');
  const channel = typeof type === 'string' ? channels.find(type) : undefined;
  if (channel === undefined) {
    throw new AppError('invalid_body', `channel.type must be one of ${channels.types.join(', ')}`);
  }
  refuseUnknown(channelSchema(channels, channel.type), members, ['channel']);
  return { channel, settings: readSettings(channel, members) };
}

/** A channel's settings with changes merged in, member by member. Throws AppError `invalid_body`. */
export function mergeChannel(
  channels: ChannelDirectory,
  channel: Channel,
  stored: Members,
  given: Members,
): SplitSettings {
  const { type, ...members } = given;
  if (type !== undefined && type !== channel.type) {
    throw new AppError('invalid_body', `channel.type must be ${channel.type}: it cannot change`);
  }
  refuseUnknown(channelSchema(channels, channel.type), members, ['channel']);
  const merged = readSettings(channel, merge(stored, members));
  if (movedAddress(stored, merged.settings) === undefined) return merged;
  const secretMembers = channel.secretMembers.filter((member) => member !== MADE_SECRET);
  requireSecretsAgain({
    prefix: 'channel.',
    secretMembers,
    stored,
    given: members,
    changed: merged.settings,
  });
  return readSettings(channel, merge({ ...stored, [MADE_SECRET]: undefined }, members));
}

/** A secret that Parley generates when none is given. Another origin gets a new one, since the provider is told it. */
const MADE_SECRET = 'url_secret';

function readSettings(channel: Channel, members: Members): SplitSettings {
  const parsed = channel.parseSettings(members);
  if (!parsed.ok) throw new AppError('invalid_body', parsed.errors[0] ?? 'channel is invalid');
  return { settings: { ...parsed.settings }, secretMembers: channel.secretMembers };
}

/**
 * `null` = the instance has no transcription service of its own. Members are merged with the stored ones. Throws
 * AppError `invalid_body`.
 */
export function readTranscription(stored: Members | null, given: Members | null): SplitSettings | null {
  if (given === null) return null;
  refuseUnknown(transcriptionJsonSchema(), given, ['transcription']);
  const parsed = parseTranscriptionSettings(merge(stored ?? {}, given));
  if (!parsed.ok) throw new AppError('invalid_body', parsed.errors[0] ?? 'transcription is invalid');
  requireSecretsAgain({
    prefix: 'transcription.',
    secretMembers: transcriptionSecretMembers,
    stored: stored ?? {},
    given,
    changed: { ...parsed.settings },
  });
  return asTranscription(parsed.settings);
}

/** Stored transcription settings, to be written back unchanged. */
export function asTranscription(settings: object): SplitSettings {
  return { settings: { ...settings }, secretMembers: transcriptionSecretMembers };
}

function merge(stored: Members, given: Members): Members {
  return Object.fromEntries(
    Object.entries({ ...stored, ...given }).filter(([, value]) => value !== null && value !== undefined),
  );
}
