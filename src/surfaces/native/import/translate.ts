import type { EvolutionSettingsRow, EvolutionTypebot } from '../../../channels/evolution/typebots-wire.js';
import { cutText } from '../../../foreign/cut-text.js';
import { withoutEndSlashes } from '../../../foreign/trim-end.js';
import type { NOTES } from './schema.js';

/** One of `NOTES`. */
export type Note = (typeof NOTES)[number];

/** A typebot of Evolution as the body of a new configuration, not validated yet. */
export interface Draft {
  evolutionId: string | null;
  configuration: Record<string, unknown>;
  notes: Note[];
}

interface Trigger {
  trigger_type: string;
  trigger_value: string;
  priority: number;
  notes: Note[];
}

// Evolution's order of evaluation. There a bot for every message hides all others; here it comes last.
const OPERATORS: Record<string, { type: string; priority: number; value(words: string): string }> = {
  equals: { type: 'keyword', priority: 60, value: (words) => words },
  regex: { type: 'regex', priority: 50, value: (pattern) => pattern },
  startsWith: { type: 'starts_with', priority: 40, value: (words) => words },
  endsWith: { type: 'regex', priority: 30, value: (words) => `(?i)${escaped(words)}\\s*$` },
  contains: { type: 'contains', priority: 20, value: (words) => words },
};

/**
 * Translates a typebot. Numbers outside Parley's limits become the nearest one inside, and texts for people are cut.
 * Words and patterns are not: what is left would match something else, so a typebot with one too long is refused.
 */
export function toDraft(bot: EvolutionTypebot, settings: EvolutionSettingsRow): Draft {
  const isFallback = bot.id !== undefined && bot.id === settings.fallbackId;
  const { notes, ...trigger } = isFallback ? FALLBACK : triggerOf(bot);
  const chosen = { ...defined(settings), ...defined(bot) };
  return {
    evolutionId: bot.id ?? null,
    configuration: {
      ...trigger,
      enabled: bot.enabled ?? true,
      description: cutText(bot.description ?? '', 255),
      // With the slash, a viewer's root that has a path is not taken for the public link of a flow.
      typebot_url: bot.url === undefined ? '' : `${withoutEndSlashes(bot.url)}/`,
      public_id: bot.typebot ?? '',
      expire_in_minutes: within(chosen.expire, 525_600),
      keyword_finish: chosen.keywordFinish ?? '',
      default_delay_ms: within(chosen.delayMessage, 60_000),
      unknown_message: cutText(chosen.unknownMessage ?? '', 1_000),
      listen_from_me: chosen.listeningFromMe ?? false,
      stop_bot_from_me: chosen.stopBotFromMe ?? false,
      keep_open: chosen.keepOpen ?? false,
      debounce_ms: within((chosen.debounceTime ?? 0) * 1_000, 60_000),
      ignore_groups: settings.ignoreJids.includes('@g.us'),
    },
    notes: [...notes, ...(bot.splitMessages === true ? (['split_messages_not_needed'] as const) : [])],
  };
}

/** Notes about settings without a counterpart, such as ignored contacts: they must be muted one by one. */
export function settingsNotes({ ignoreJids }: EvolutionSettingsRow): Note[] {
  return ignoreJids.some((jid) => jid !== '@g.us') ? ['ignored_jids_left_out'] : [];
}

const FALLBACK: Trigger = {
  ...{ trigger_type: 'all', trigger_value: '', priority: -10, notes: ['fallback_comes_last'] },
};

function triggerOf({ triggerType, triggerOperator, triggerValue = '' }: EvolutionTypebot): Trigger {
  switch (triggerType) {
    case 'all':
      return { trigger_type: 'all', trigger_value: '', priority: 0, notes: ['all_comes_last'] };
    case 'keyword':
      return compared(triggerOperator, triggerValue);
    case 'advanced': {
      // `operator:value`. A combination of several has no counterpart.
      const [, operator, words] = /^(\w+):(\S+)$/.exec(triggerValue.trim()) ?? [];
      return compared(operator, words ?? '');
    }
    default:
      return { ...NOTHING, notes: ['none_starts_nothing'] };
  }
}

const NOTHING = { trigger_type: 'none', trigger_value: '', priority: -20 };

function compared(operator: string | undefined, words: string): Trigger {
  const known =
    operator !== undefined && Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (known === undefined || words.trim() === '') return { ...NOTHING, notes: ['advanced_not_understood'] };
  return {
    trigger_type: known.type,
    trigger_value: known.value(words),
    priority: known.priority,
    notes: [],
  };
}

function escaped(words: string): string {
  return words.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function within(value: number | undefined, max: number): number {
  return Math.min(max, Math.max(0, Math.round(value ?? 0)));
}

/** Removes undefined members, which would otherwise hide the instance's defaults. */
function defined<Row extends object>(row: Row): Partial<Row> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Partial<Row>;
}
