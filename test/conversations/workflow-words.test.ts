import { expect, test } from 'vitest';
import { workflowWords } from '../../src/conversations/workflow-words.js';

const place = {
  contact: '5511*****4321@s.whatsapp.net',
  sessionId: 's1',
  publicUrl: 'https://parley.example',
};
const of = (names: { instanceName: string; publicId: string | null }) =>
  workflowWords({ id: 'c1', instanceId: 'VZ1', remoteJid: 'unmasked', ...names }, place);

test('the summary of a workflow stays below the bytes that Temporal takes, whatever the names are', () => {
  const long = '🧑‍🔧'.repeat(60);
  const { staticSummary } = of({ instanceName: long, publicId: long });
  expect(Buffer.byteLength(staticSummary)).toBeLessThanOrEqual(200);
  expect(staticSummary).toMatch(/^5511\*{5}4321@s\.whatsapp\.net · /);
  expect(staticSummary.isWellFormed()).toBe(true);
});

test('names are told as they are: no Markdown, no second line', () => {
  const { staticDetails, staticSummary } = of({
    instanceName: 'a\n# `b` [c](https://evil.example)',
    publicId: 'p',
  });
  expect(staticDetails).toContain("instance `a # 'b' [c](https://evil.example)` (`VZ1`)");
  expect(staticSummary).toBe('5511*****4321@s.whatsapp.net · p · a # `b` [c](https://evil.example)');
  expect(staticDetails + staticSummary).not.toContain('unmasked');
});

test('a session without a typebot by now is named by what is left', () => {
  expect(of({ instanceName: 'Shop', publicId: null }).staticSummary).toBe(
    '5511*****4321@s.whatsapp.net · Shop',
  );
});
