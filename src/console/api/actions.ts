import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from './client.js';
import type { Session, SessionRow, TranscriptItem } from './wire.js';

type Placed = Pick<SessionRow, 'id' | 'instance_id'>;

/** What a person can do with a conversation. `minutes`: how long; a pause without it lasts until it is resumed. */
export type Control =
  | { type: 'pause'; minutes?: number }
  | { type: 'resume' }
  | { type: 'close' }
  | { type: 'mute'; phone: string; minutes: number }
  | { type: 'dropHeld' }
  | { type: 'sendBubble' | 'dropBubble'; message: string };

const pathOf = (session: Placed) => `/instances/${session.instance_id}/typebots/sessions/${session.id}`;

/** Sends a `Control` to the API and reloads everything that it changes. */
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
      case 'sendBubble':
      case 'dropBubble': {
        const what = control.type === 'sendBubble' ? 'send' : 'drop';
        return call('POST', `${pathOf(session)}/held/${control.message}/${what}`, {});
      }
      case 'resume':
      case 'close':
        return call('POST', `${pathOf(session)}/${control.type}`, {});
    }
  });
}

/** Changes to what people note about a conversation; null removes a tag. */
export interface Notes {
  tags?: Record<string, string | null>;
  segment?: string;
  resolution?: Session['resolution'];
}

/** Saves changed tags, segment and resolution. */
export function useNotes(session: Placed) {
  return useSessionMutation(session, (notes: Notes) => call<Session>('PATCH', pathOf(session), notes));
}

/**
 * Restarts the typebot with this message, or if empty with the contact's first one; resolves to the new session's id.
 */
export function useRestart(session: Placed) {
  return useSessionMutation(session, async (message: string) => {
    const body = message === '' ? {} : { message };
    return (await call<{ session: string }>('POST', `${pathOf(session)}/restart`, body)).session;
  });
}

/** What a person sends: a text, or a file whose caption is `text`. */
export interface Written {
  text: string;
  file?: File;
}

/** Sends a message to the contact, which silences the bot until the conversation is handed back. */
export function useWrite(session: Placed) {
  return useSessionMutation(session, async ({ text, file }: Written) => {
    const body = file === undefined ? { message: text } : { content: await fileContent(file, text) };
    return call<{ message: TranscriptItem }>('POST', `${pathOf(session)}/messages`, body);
  });
}

/** The API accepts bodies of 1 MiB, and base64 makes a file a third larger. */
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
