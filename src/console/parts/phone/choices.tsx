import { Button, Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { Said } from '../../api/phone.js';
import { transcriptQuery } from '../../api/queries.js';
import type { TranscriptItem } from '../../api/wire.js';

interface Tappable {
  type: 'button' | 'list';
  id: string;
  title: string;
}

interface ChoicesProps {
  ids: { instance: string; session: string };
  isBusy: boolean;
  onTap(said: Said): void;
}

/** Buttons for everything that can be tapped in the newest message of the bot. */
export function Choices({ ids, isBusy, onTap }: ChoicesProps) {
  const t = useTranslations('phone');
  const transcript = useInfiniteQuery(transcriptQuery(ids));
  const [newest] = transcript.data?.pages.flatMap((page) => page.messages) ?? [];
  const offered = newest === undefined ? [] : tappable(newest);
  if (offered.length === 0) return null;
  return (
    <Group gap="xs" p="xs" role="group" aria-label={t('choices')}>
      {offered.map((choice) => (
        <Button
          key={choice.id}
          variant="default"
          size="compact-md"
          disabled={isBusy}
          onClick={() => onTap({ choice })}
        >
          {choice.title}
        </Button>
      ))}
    </Group>
  );
}

/** The buttons or rows of a message of the bot. */
function tappable({ sender, content_type: type, content }: TranscriptItem): Tappable[] {
  if (sender !== 'bot') return [];
  const { buttons, sections } = content as {
    buttons?: { id: string; title: string }[];
    sections?: { rows: { id: string; title: string }[] }[];
  };
  if (type === 'buttons')
    return (buttons ?? []).map(({ id, title }) => ({ type: 'button' as const, id, title }));
  if (type !== 'list') return [];
  const rows = sections?.flatMap((section) => section.rows) ?? [];
  return rows.map(({ id, title }) => ({ type: 'list' as const, id, title }));
}
