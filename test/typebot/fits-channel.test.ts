import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { adapt } from '../../src/channels/forms/adapt.js';
import { readAnswer } from '../../src/typebot/wire.js';
import { readRecording } from '../support/typebot/recordings.js';
import { contents, show, surfaces } from '../support/typebot/rendering.js';

const folder = new URL('../fixtures/typebot/', import.meta.url);
const answers = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .flatMap((name) => {
    const file = readRecording<{ status?: number; response?: unknown; richText?: { response: unknown } }>(
      name,
    );
    const response = file.response ?? file.richText?.response;
    return readAnswer(response) ? [{ name, response }] : [];
  });

const meta = {
  ...surfaces.native,
  capabilities: { ...surfaces.native.capabilities, imageMimeTypes: ['image/jpeg', 'image/png'] },
};

describe.each([
  ['buttons and lists', meta],
  ['text only', surfaces.textOnly],
])('every recorded answer on a channel with %s', (_, surface) => {
  test.each(answers)('$name needs no further change to be sent', ({ response }) => {
    const answer = show(response, { surface });
    for (const content of contents(answer)) expect(adapt(content, surface.capabilities)).toEqual([content]);
    // What a conversation keeps must survive the database.
    expect(JSON.parse(JSON.stringify(answer.openInput))).toEqual(answer.openInput);
  });
});

test('most recordings are answers', () => {
  expect(answers.length).toBeGreaterThan(60);
});
