import type { SessionOverview } from '../../../../store/sessions/overview.js';
import { toSessionRow } from '../translate.js';

/** How an export is written: its beginning, each row, and its end. */
export interface ExportForm {
  contentType: string;
  begin: string;
  row(session: SessionOverview, index: number): string;
  /** `complete` is false when more rows match than were written. */
  end(complete: boolean): string;
}

type Member = keyof ReturnType<typeof toSessionRow>;
type Row = Partial<Record<Member, unknown>>;

const COLUMNS = [
  ...['id', 'instance_id', 'instance_name', 'typebot_id', 'public_id', 'push_name', 'phone', 'remote_jid'],
  ...['status', 'chat_mode', 'waits_for', 'question', 'resolution', 'close_reason', 'segment', 'tags'],
  ...['unread', 'held', 'created_at', 'last_inbound_at', 'last_message_at', 'next_event_at'],
] as Member[];

/** The formats of an export, by name. */
export const exportForms: Readonly<Record<'csv' | 'json', ExportForm>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    // With a byte order mark spreadsheets read accents correctly.
    begin: `\ufeff${COLUMNS.join(',')}\r\n`,
    row: (session) => `${COLUMNS.map((name) => cell(rowOf(session)[name])).join(',')}\r\n`,
    end: (complete) => (complete ? '' : 'cut here: more conversations fit than one file holds\r\n'),
  },
  json: {
    contentType: 'application/json; charset=utf-8',
    begin: '{"sessions":[',
    row: (session, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(rowOf(session))}`,
    end: (complete) => `\n],"complete":${complete}}\n`,
  },
};

/** Messages are not exported. */
function rowOf(session: SessionOverview): Row {
  const row = toSessionRow(session, undefined);
  return Object.fromEntries(COLUMNS.map((name) => [name, row[name]]));
}

/**
 * A CSV cell. An apostrophe keeps spreadsheets from reading foreign text as a formula (OWASP, CSV injection), even
 * after blanks.
 */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number);
  const inert = /^[\s\u00a0]*[=+\-@|]|^[\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
