import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from './client.js';
import type { Session, SessionRow, TranscriptItem } from './wire.js';

type Placed = Pick<SessionRow, 'id' | 'instance_id'>;

/** What a person does to a conversation. */
export type Control =
  | { type: 'pause'; minutes?: number }
  | { type: 'resume' }
  | { type: 'close' }
  | { type: 'mute'; phone: string; minutes: number }
  | { type: 'dropHeld' };

const pathOf = (session: Placed) => `/instances/${session.instance_id}/typebots/sessions/${session.id}`;

/** Does it, and reads again what that changes. */
export function useControl(session: Placed) {
  return useSessionMutation(session, (control: Control) => {
    switch (control.type) {
      case 'pause':
        return call('POST', `${pathOf(session)}/pause`, { minutes: control.minutes });
      case 'mute':
        return call('POST', `/instances/${session.instance_id}/contacts/${control.phone}/mute`, {
          minutes: control.minutes,
        });
      case 'dropHeld':
        return call('POST', `${pathOf(session)}/held/drop`, {});
      case 'resume':
      case 'close':
        return call('POST', `${pathOf(session)}/${control.type}`, {});
    }
  });
}

/** What people note of a conversation; a tag that is null is taken away. */
export interface Notes {
  tags?: Record<string, string | null>;
  segment?: string;
  resolution?: Session['resolution'];
}

/** Changes tags, segment and resolution. */
export function useNotes(session: Placed) {
  return useSessionMutation(session, (notes: Notes) => call<Session>('PATCH', pathOf(session), notes));
}

/** Begins the typebot anew, with these words or those the contact began with; resolves to the new conversation's id. */
export function useRestart(session: Placed) {
  return useSessionMutation(session, async (message: string) => {
    const body = message === '' ? {} : { message };
    return (await call<{ session: string }>('POST', `${pathOf(session)}/restart`, body)).session;
  });
}

/** Something a person writes: words, or a file with its caption. */
export interface Written {
  text: string;
  file?: File;
}

/** Writes to the contact; the bot falls silent until the conversation is handed back. */
export function useWrite(session: Placed) {
  return useSessionMutation(session, async ({ text, file }: Written) => {
    const body = file === undefined ? { message: text } : { content: await fileContent(file, text) };
    return call<{ message: TranscriptItem }>('POST', `${pathOf(session)}/messages`, body);
  });
}

/** A body of the API holds a mebibyte, and base64 is a third longer than its file. */
export const MAX_FILE_BYTES = 700_000;

async function fileContent(file: File, caption: string) {
  const kind = file.type.split('/')[0];
  const type = kind === 'image' || kind === 'video' ? kind : 'document';
  const media = { base64: await base64Of(file), mime_type: file.type || 'application/octet-stream' };
  return { type, media, file_name: file.name.slice(0, 256), ...(caption && { caption }) };
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',', 2)[1] ?? '');
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });
}

function useSessionMutation<Wanted, Answer>(session: Placed, run: (wanted: Wanted) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['session', session.id] }),
        client.invalidateQueries({ queryKey: ['sessions'] }),
      ]),
  });
}
