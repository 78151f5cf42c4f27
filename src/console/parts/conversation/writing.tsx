import { ActionIcon, FileButton, Pill, Text, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import type { FormEvent, KeyboardEvent } from 'react';
import { useTranslations } from 'use-intl';
import { MAX_FILE_BYTES, useWrite } from '../../api/actions.js';
import type { SessionRow } from '../../api/wire.js';
import { FileIcon, SendIcon } from '../../icons.js';
import { useErrorText } from '../states.js';

/** The field for writing to the contact. The first message takes over: the bot is silent until it is handed back. */
export function Writing({ session }: { session: SessionRow }) {
  const t = useTranslations('writing');
  const [text, setText] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const write = useWrite(session);
  const errorText = useErrorText();
  const form = useRef<HTMLFormElement>(null);
  if (session.status === 'closed') return <p className="writing closed">{t('closed')}</p>;
  const isTooLarge = (file?.size ?? 0) > MAX_FILE_BYTES;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (write.isPending || isTooLarge || (text.trim() === '' && file === null)) return;
    const written = { text: text.trim(), file: file ?? undefined };
    setText('');
    setFile(null);
    write.mutate(written, {
      // Restore what was not sent, so that it can be sent again.
      onError: () => {
        setText((typed) => typed || written.text);
        setFile(written.file ?? null);
      },
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  return (
    <form className="writing" ref={form} onSubmit={submit}>
      <FileButton onChange={setFile}>
        {(props) => (
          <ActionIcon {...props} variant="default" size={40} aria-label={t('attach')}>
            <FileIcon />
          </ActionIcon>
        )}
      </FileButton>
      <div className="field">
        {file && (
          <Pill
            withRemoveButton
            onRemove={() => setFile(null)}
            removeButtonProps={{ 'aria-label': t('detach') }}
          >
            {file.name}
          </Pill>
        )}
        <Textarea
          aria-label={t('message')}
          placeholder={session.status === 'opened' ? t('takesOver') : t('message')}
          autosize
          minRows={1}
          maxRows={6}
          maxLength={4_096}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {(write.error || isTooLarge) && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {isTooLarge ? t('tooLarge') : write.error && errorText(write.error)}
          </Text>
        )}
      </div>
      <ActionIcon type="submit" size={40} aria-label={t('send')} loading={write.isPending}>
        <SendIcon />
      </ActionIcon>
    </form>
  );
}
