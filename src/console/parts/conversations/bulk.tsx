import { Alert, Button, Group, Modal, NumberInput, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { applyToAll, select } from '../../api/bulk.js';
import { serverNow } from '../../api/client.js';
import type { BulkWish } from '../../api/bulk.js';
import type { Filters } from '../../api/filters.js';
import type { Selection } from '../../api/wire.js';
import { useErrorText } from '../states.js';
import { useNow } from '../times.js';

type Action = BulkWish['action'];

/** How long an action can be cancelled before it begins, since a close cannot be undone. */
const WAIT_MS = 10_000;

type Stage =
  | { at: 'idle' }
  | { at: 'asking'; action: Action; selection: Selection }
  | { at: 'waiting'; wish: BulkWish; ids: string[]; untilMs: number }
  | { at: 'running'; total: number; done: number }
  | { at: 'done'; applied: number; refused: number }
  | { at: 'failed'; error: Error };

/**
 * Buttons for many conversations: the `chosen` ones, else all active ones that match the filters. A dialog shows their
 * number first, and then the action can be cancelled for ten seconds.
 */
export function Bulk(props: { filters: Filters; chosen?: readonly string[]; actions: readonly Action[] }) {
  const { filters, chosen = [], actions } = props;
  const t = useTranslations('bulk');
  const [stage, setStage] = useState<Stage>({ at: 'idle' });
  const begin = async (action: Action) => {
    try {
      const all = { session_ids: [...chosen], complete: true };
      setStage({ at: 'asking', action, selection: chosen.length > 0 ? all : await select(filters) });
    } catch (error) {
      setStage({ at: 'failed', error: asError(error) });
    }
  };
  const isBusy = stage.at === 'waiting' || stage.at === 'running';
  return (
    <>
      <Group gap="xs">
        {actions.map((action) => (
          <Button
            key={action}
            size="xs"
            variant="default"
            disabled={isBusy}
            onClick={() => void begin(action)}
          >
            {chosen.length > 0 ? t(`${action}Chosen`, { count: chosen.length }) : t(action)}
          </Button>
        ))}
      </Group>
      {stage.at === 'asking' && (
        <Question
          {...stage}
          onCancel={() => setStage({ at: 'idle' })}
          onYes={(wish) =>
            setStage({
              at: 'waiting',
              wish,
              ids: stage.selection.session_ids,
              untilMs: serverNow() + WAIT_MS,
            })
          }
        />
      )}
      <Progress stage={stage} setStage={setStage} />
    </>
  );
}

function Question(props: {
  action: Action;
  selection: Selection;
  onCancel(): void;
  onYes(wish: BulkWish): void;
}) {
  const { action, selection, onCancel, onYes } = props;
  const t = useTranslations('bulk');
  const [minutes, setMinutes] = useState<number | string>('');
  const count = selection.session_ids.length;
  const wish = action === 'pause' && typeof minutes === 'number' ? { action, minutes } : { action };
  return (
    <Modal
      opened
      onClose={onCancel}
      title={t(`${action}Title`, { count })}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      {!selection.complete && <Text mb="sm">{t('firstOnly', { count })}</Text>}
      {action === 'pause' && count > 0 && (
        <NumberInput
          mb="sm"
          label={t('minutes')}
          description={t('minutesHelp')}
          min={1}
          max={43_200}
          allowDecimal={false}
          hideControls
          value={minutes}
          onChange={setMinutes}
        />
      )}
      {count > 0 && <Text mb="lg">{t('help')}</Text>}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel} data-autofocus>
          {t('cancel')}
        </Button>
        {count > 0 && (
          <Button color={action === 'close' ? 'red' : undefined} onClick={() => onYes(wish)}>
            {t(`${action}Now`, { count })}
          </Button>
        )}
      </Group>
    </Modal>
  );
}

/** The state of the action: waiting, running, done or failed. */
function Progress({ stage, setStage }: { stage: Stage; setStage(stage: Stage): void }) {
  const t = useTranslations('bulk');
  const errorText = useErrorText();
  useDelayed(stage, setStage);
  const undo = useRef<HTMLButtonElement>(null);
  const isWaiting = stage.at === 'waiting';
  useEffect(() => {
    if (isWaiting) undo.current?.focus();
  }, [isWaiting]);
  if (stage.at === 'idle' || stage.at === 'asking') return null;
  const close = () => setStage({ at: 'idle' });
  return (
    <Alert className="bulk" variant="outline" color={stage.at === 'failed' ? 'red' : undefined} role="status">
      {stage.at === 'waiting' && (
        <Group justify="space-between">
          <Text size="sm">
            {t(`${stage.wish.action}Soon`, { count: stage.ids.length })} <Seconds untilMs={stage.untilMs} />{' '}
            {t('nothingYet')}
          </Text>
          <Button ref={undo} size="xs" onClick={close}>
            {t('undo')}
          </Button>
        </Group>
      )}
      {stage.at === 'running' && (
        <Text size="sm">{t('running', { done: stage.done, count: stage.total })}</Text>
      )}
      {stage.at === 'done' && (
        <Group justify="space-between">
          <Text size="sm">{t('done', { count: stage.applied, refused: stage.refused })}</Text>
          <Button size="xs" variant="default" onClick={close}>
            {t('ok')}
          </Button>
        </Group>
      )}
      {stage.at === 'failed' && (
        <Group justify="space-between">
          <Text size="sm">{errorText(stage.error)}</Text>
          <Button size="xs" variant="default" onClick={close}>
            {t('ok')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}

function Seconds({ untilMs }: { untilMs: number }) {
  const t = useTranslations('bulk');
  const leftMs = untilMs - useNow(250);
  return <span aria-hidden="true">{t('seconds', { count: Math.max(0, Math.ceil(leftMs / 1_000)) })}</span>;
}

/** Runs the action when the time is over. Leaving the page before cancels it. */
function useDelayed(stage: Stage, setStage: (stage: Stage) => void): void {
  const client = useQueryClient();
  useEffect(() => {
    if (stage.at !== 'waiting') return;
    const { ids, wish, untilMs } = stage;
    const run = () => {
      setStage({ at: 'running', total: ids.length, done: 0 });
      applyToAll(ids, wish, (done) => setStage({ at: 'running', total: ids.length, done }))
        .then((sum) => setStage({ at: 'done', ...sum }))
        .catch((error: unknown) => setStage({ at: 'failed', error: asError(error) }))
        .finally(() => void client.invalidateQueries({ queryKey: ['sessions'] }));
    };
    const timer = setTimeout(run, untilMs - serverNow());
    return () => clearTimeout(timer);
  }, [stage, setStage, client]);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('unknown');
}
