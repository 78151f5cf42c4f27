import { toJsonSchema } from '../../../http/input/schema.js';
import { transcriptionSchema } from '../../../transcription/schema.js';
import type { ChannelDirectory } from '../deps.js';

type Json = Record<string, unknown>;

/**
 * The OpenAPI schemas of `transcription` and `channel`: one for each channel type, and `Channel`, which tells them
 * apart by `type`.
 */
export function instanceComponents(channels: ChannelDirectory): Record<string, Json> {
  const refs = Object.fromEntries(
    channels.types.map((type) => [type, `#/components/schemas/${componentName(type)}`]),
  );
  return {
    Transcription: transcriptionJsonSchema(),
    Channel: {
      description: 'The provider that connects the number, and its settings.',
      oneOf: Object.values(refs).map(($ref) => ({ $ref })),
      discriminator: { propertyName: 'type', mapping: refs },
    },
    ...Object.fromEntries(channels.types.map((type) => [componentName(type), channelSchema(channels, type)])),
  };
}

/** The JSON Schema of `channel` for one type, as callers write it. */
export function channelSchema(channels: ChannelDirectory, type: string): Json {
  const schema = channels.find(type)?.parseSettings.schema;
  const { properties, required, ...rest } = schema === undefined ? {} : toJsonSchema(schema, 'input');
  return {
    ...rest,
    type: 'object',
    properties: {
      type: { const: type, description: 'The type of the channel.', examples: [type] },
      ...(properties ?? {}),
    },
    required: ['type', ...(Array.isArray(required) ? (required as string[]) : [])],
    additionalProperties: false,
  };
}

/** The JSON Schema of `transcription`, as callers write it. */
export function transcriptionJsonSchema(): Json {
  return toJsonSchema(transcriptionSchema, 'input');
}

function componentName(type: string): string {
  const words = type.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Channel`;
}
