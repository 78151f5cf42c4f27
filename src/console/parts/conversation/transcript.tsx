import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, useLayoutEffect, useRef, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { transcriptQuery } from '../../api/queries.js';
import type { TranscriptItem } from '../../api/wire.js';
import { Bubble } from './bubble.js';
import { WhyDrawer } from './why.js';
import { Trouble, Waiting } from '../states.js';

/** Within this distance from its end the list scrolls to new messages; further up it stays where it is. */
const NEAR_PX = 120;

interface TranscriptProps {
  ids: { instance: string; session: string };
  /** The bot is answering, which the contact sees as typing. */
  isAnswering?: boolean;
}

/** The messages of a conversation as the contact sees them, newest last. */
export function Transcript({ ids, isAnswering }: TranscriptProps) {
  const t = useTranslations('conversation');
  const format = useFormatter();
  const transcript = useInfiniteQuery(transcriptQuery(ids));
  const items = transcript.data?.pages.flatMap((page) => page.messages).toReversed() ?? [];
  const box = useFollowing(items);
  const [asked, ask] = useState<string>();
  const dayOf = ({ created_at: at }: TranscriptItem) => format.dateTime(new Date(at), { dateStyle: 'full' });
  return (
    <div className="transcript" ref={box} role="log" aria-label={t('messages')} tabIndex={0}>
      {transcript.isPending && <Waiting />}
      {transcript.isError && <Trouble error={transcript.error} onAgain={() => void transcript.refetch()} />}
      {transcript.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          display="block"
          mx="auto"
          loading={transcript.isFetchingNextPage}
          onClick={() => void transcript.fetchNextPage()}
        >
          {t('earlier')}
        </Button>
      )}
      {items.map((item, index) => {
        const day = dayOf(item);
        const before = items[index - 1];
        const isNewDay = before === undefined || dayOf(before) !== day;
        return (
          <Fragment key={item.id}>
            {isNewDay && (
              <Text className="day" component="div" c="dimmed">
                {day}
              </Text>
            )}
            <Bubble item={item} quoted={quotedBy(item, items)} onWhy={() => ask(item.id)} />
          </Fragment>
        );
      })}
      {isAnswering && (
        <div className="bubble bot typing" title={t('typing')} aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
      )}
      {asked !== undefined && (
        <WhyDrawer session={ids.session} message={asked} onClose={() => ask(undefined)} />
      )}
    </div>
  );
}

function quotedBy(item: TranscriptItem, items: TranscriptItem[]): TranscriptItem | undefined {
  if (item.quoted_message_id === null) return undefined;
  return items.find(({ provider_message_id: id }) => id === item.quoted_message_id);
}

/** Keeps the end visible while the reader is there, and the position when earlier messages are added above. */
function useFollowing(items: readonly TranscriptItem[]) {
  const box = useRef<HTMLDivElement>(null);
  const seen = useRef({ first: '', height: 0, isAtEnd: true });
  const first = items[0]?.id ?? '';
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { first: before, height, isAtEnd } = seen.current;
    if (isAtEnd) element.scrollTop = element.scrollHeight;
    else if (before !== '' && before !== first) element.scrollTop += element.scrollHeight - height;
    seen.current = { ...seen.current, first, height: element.scrollHeight };
  }, [items, first]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const onScroll = () => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight;
      seen.current.isAtEnd = left < NEAR_PX;
    };
    // A picture that has loaded makes the list longer.
    const onLoad = () => {
      if (seen.current.isAtEnd) element.scrollTop = element.scrollHeight;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('load', onLoad, true);
    return () => {
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('load', onLoad, true);
    };
  }, []);
  return box;
}
