import { describe, expect, test } from 'vitest';
import type { ReplyDecision, TurnMessage } from '../../../activities/ports/typebot.js';
import { engineReads, type EngineInput, type EngineMessage } from '../../support/typebot/engine.js';
import { readRecording } from '../../support/typebot/recordings.js';
import { replyTo, shownTexts, surfaces } from '../../support/typebot/rendering.js';

interface Probe {
  input: string;
  reply: EngineMessage;
  accepted: boolean;
  lastMessageNewFormat: string | null;
}

const { inputs, rows } = readRecording<{ inputs: Record<string, EngineInput>; rows: Probe[] }>(
  '156-reply-parsing-table',
);

/**
 * Where Parley means to differ from the engine: it would store what does not fit, or read the contact wrongly.
 * `shown` = the contact gets the hint and nothing is sent.
 */
const BETTER: Record<string, string> = {
  'i_num 1 000': 'refused',
  'i_num 7,5': 'shown',
  'i_num 7\n\n8': '8',
  'num0 5': 'shown',
  'i_date Nov 21': '21/11/2026',
  'i_time tomorrow': 'shown',
  'i_chm 5': 'shown',
  'i_chm {"type":"text","text":"x","metadata":{"replyId":"it_m1"}}': 'Red',
  'i_rate 0': 'shown',
  'i_rate 4.5': 'shown',
  // What the engine refuses and Parley understands.
  'i_num ٣': '3',
  'i_mail  a@b.co ': 'a@b.co',
  'i_mail a@b.co.': 'a@b.co',
  'i_mail Ann <a@b.co>': 'a@b.co',
  'i_url  https://x.io': 'https://x.io',
  'i_range 25/12/2026 au 27/12/2026': '25/12/2026 12:00 to 27/12/2026 12:00',
  'i_time 17h30': '17:30',
  'i_time 1730': '17:30',
  'i_ch option a': 'Option A',
  'i_ch 1': 'Option A',
  'i_chd 2': 'Beta',
  'i_pc 1': 'Cat',
  'i_rate 4 stars': '4',
};

/** The probe as a person would send it; undefined for what no person can send. */
function asTurn(reply: EngineMessage): TurnMessage[] | undefined {
  if (reply === null || reply === undefined || reply === '') return undefined;
  if (typeof reply === 'string') return [{ content: { contentType: 'text', text: reply } }];
  if (reply.type === 'audio') {
    const media = { mimeType: 'audio/ogg', fetch: { via: 'meta' as const, mediaId: '1' } };
    return [{ content: { contentType: 'audio', media }, mediaUrl: reply.url }];
  }
  const { text = '', metadata } = reply;
  return [{ content: { contentType: 'listReply', title: text, id: metadata?.replyId } }];
}

function outcome(input: EngineInput, decision: ReplyDecision): string {
  if (decision.type !== 'send') return 'shown';
  if (decision.message === undefined) return 'skipped';
  return engineReads(input, decision.message) ?? 'refused';
}

const people = rows.flatMap((row) => {
  const turn = asTurn(row.reply);
  const input = inputs[row.input];
  return turn && input ? [{ ...row, turn, input, name: `${row.input} ${nameOf(row.reply)}` }] : [];
});

function nameOf(reply: EngineMessage): string {
  if (typeof reply === 'string') return reply;
  return JSON.stringify(reply);
}

function expectedOf({ name, input, reply, accepted, lastMessageNewFormat }: (typeof people)[number]): string {
  const better = BETTER[name];
  if (better) return better;
  if (!accepted) return 'refused';
  if (lastMessageNewFormat !== null) return lastMessageNewFormat;
  return typeof reply === 'string' ? reply : (engineReads(input, reply) ?? 'refused');
}

describe.each(Object.entries(surfaces))('replies over %s', (_, surface) => {
  test.each(people)('$name', (row) => {
    const decision = replyTo(row.input, row.turn, { surface });
    const isTypedId = row.name.includes('"Option A","metadata":{"replyId":"it_b"}');
    // No hint has shown the order there, and English does not settle it.
    const isOrderOpen = row.name === 'datedef 01/02/2026' && surface.kind === 'api';
    // A tap means its id, whatever its title says.
    const expected = isTypedId ? 'Option B' : isOrderOpen ? 'shown' : expectedOf(row);
    expect(outcome(row.input, decision)).toBe(expected);
  });
});

test('an empty text is never sent, whatever the engine would make of it', () => {
  for (const input of Object.values(inputs)) {
    expect(replyTo(input, '  ')).toEqual({ type: 'unreadable' });
  }
});

test('every probe of the recording that a person can send is looked at', () => {
  expect(rows.length).toBe(101);
  expect(rows.length - people.length).toBe(4);
});

test('the hint of a number out of a bound of 0 says the bounds', () => {
  const input = inputs['num0'];
  expect(input && shownTexts(replyTo(input, '5'))).toEqual([
    'Please answer with a valid number.',
    'Question?\nNumber from 0 to 0',
  ]);
});
