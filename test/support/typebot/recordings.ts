import { readFileSync } from 'node:fs';
import type { RichNode } from '../../../src/typebot/wire.js';

interface RecordedAnswer {
  messages: { id: string; content: { richText: RichNode[] } }[];
}

/** A file of test/fixtures/typebot. */
export function readRecording<T>(name: string): T {
  const url = new URL(`../../fixtures/typebot/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}

/** The rich text of one recorded bubble. */
export function recordedBubble(name: string, id: string): RichNode[] {
  const file = readRecording<{ response?: RecordedAnswer; richText?: { response: RecordedAnswer } }>(name);
  const answer = file.response ?? file.richText?.response;
  return answer?.messages.find((message) => message.id === id)?.content.richText ?? [];
}

/** One row of the table of variable values. */
export function recordedRow(value: string): { inParagraph: RichNode; standalone: RichNode[] } {
  const { rows } = readRecording<{
    rows: { value: string; inParagraph: RichNode; standalone: RichNode[] }[];
  }>('155-variable-values-parsed-as-markdown');
  const row = rows.find((entry) => entry.value === value);
  if (!row) throw new Error(`no row for ${value}`);
  return row;
}
