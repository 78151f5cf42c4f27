/** Longest message of a failed script in the timeline, in UTF-16 units. */
const MAX_MESSAGE = 200;

/** All words of the engine's own error messages, apart from names in the script. */
const ENGINE_WORDS = new Set(
  `a aggregate already an and any argument arguments array arrays assign at bad be bigint boolean break buffer by byte call
  calls cannot captures catch character circular class clone cloned closed closure code comma comment const constructor
  continue control convert could date declaration deep default defined delete detached divided division does duplicate
  element elements end error escape escaped eval evaluation exec existing expected expecting expression extensible field
  finally first flag flags for forbidden found from function generator getter global group has hex id identifier in
  infinity initialized input instanceof integer internal internalerror interrupted invalid is iterable iterator json key
  keyword large length lexical limit line literal long loop malformed map may memory method missing module modules must
  name names nan negative new no non not nothing null number object objects of on only operand operation operator option
  or out overflow parameter pattern point promise properties property prototype proxy public quantifiers range rangeerror
  read redefinition reference referenceerror regexp regular repeat reserved resolved return running serialize set setter
  side size small source stack statement string super surrogate switch symbol syntax syntaxerror target template terminated
  that the there this throw to token too try type typeerror typed undefined unexpected unicode unknown unsupported
  unterminated update uri urierror url use value variable variables while with write yield
  know how locale information provided incorrect encoded encoding data datacloneerror invalidcharactererror domexception
  contains characters outside latin1 correctly decoded label supported style currency required timezone time zone
  specified digits address`.split(/\s+/),
);

/** What the timeline may say about a failure. */
export interface ToldFailure {
  message?: string;
  line?: number;
}

/**
 * Describes what a script threw without revealing values: words of the script's source and of the engine's messages are
 * kept, all others become `…`. A message such as `'no such order: ' + id` may hold what the contact wrote.
 */
export function describeThrown(thrown: unknown, source: string): ToldFailure {
  const { name, message, stack } = readThrown(thrown);
  const text = withoutValues([name, message].filter((part) => part !== '').join(': '), source);
  const line = /\bscript:(\d{1,6})\b/.exec(stack)?.[1];
  return { ...(text === '' ? {} : { message: text }), ...(line === undefined ? {} : { line: Number(line) }) };
}

function readThrown(thrown: unknown): { name: string; message: string; stack: string } {
  const shown: Record<string, unknown> = typeof thrown === 'object' && thrown !== null ? { ...thrown } : {};
  const text = (part: unknown) => (typeof part === 'string' ? part.slice(0, 2_000) : '');
  return { name: text(shown.name), message: text(shown.message), stack: text(shown.stack) };
}

function withoutValues(text: string, source: string): string {
  const own = new Set(source.match(WORD));
  const isTold = (word: string) => own.has(word) || ENGINE_WORDS.has(word.toLowerCase());
  const told = text.slice(0, MAX_MESSAGE).replace(WORD, (word) => (isTold(word) ? word : '…'));
  return told.replace(/[^\x20-\x7e…]+/g, '').replace(/…[^A-Za-z0-9]*…/g, '…');
}

const WORD = /[\p{L}\p{M}\p{N}_$]+/gu;
