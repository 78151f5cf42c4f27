import { ActionIcon, Button, Group, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { call } from '../../api/client.js';
import { typebotsQuery } from '../../api/queries.js';
import type { Typebot } from '../../api/wire.js';
import { DownIcon, GripIcon, UpIcon } from '../../icons.js';
import { useErrorText } from '../states.js';
import { moved } from './typebot-order.js';

interface ListProps {
  instance: string;
  typebots: Typebot[];
  onEdit(typebot: Typebot): void;
}

/** The typebots in the order in which they are tried, which is changed by buttons or by dragging. */
export function TypebotList({ instance, typebots, onEdit }: ListProps) {
  const client = useQueryClient();
  const errorText = useErrorText();
  const change = useMutation({
    mutationFn: async (changes: { typebot_id: string; priority?: number; enabled?: boolean }[]) => {
      // One after the other: even if a later one fails, the list has a valid order.
      for (const { typebot_id: id, ...wanted } of changes)
        await call('PATCH', `/instances/${instance}/typebots/${id}`, wanted);
    },
    onSettled: () => client.invalidateQueries(typebotsQuery(instance)),
  });
  const move = (from: number, to: number) => change.mutate(moved(typebots, from, to));
  const dragging = useDragging(move);
  return (
    <>
      <ol className="rows">
        {typebots.map((typebot, index) => (
          <Row
            key={typebot.typebot_id}
            typebot={typebot}
            isBusy={change.isPending}
            drag={dragging(index)}
            onEnable={(enabled) => change.mutate([{ typebot_id: typebot.typebot_id, enabled }])}
            onUp={index === 0 ? undefined : () => move(index, index - 1)}
            onDown={index === typebots.length - 1 ? undefined : () => move(index, index + 1)}
            onEdit={() => onEdit(typebot)}
          />
        ))}
      </ol>
      {change.error && (
        <Text role="alert" c="var(--mantine-color-error)" mt="sm">
          {errorText(change.error)}
        </Text>
      )}
    </>
  );
}

/** The handlers of a row that can be dragged, by its place; `onMove` when it is dropped on another one. */
function useDragging(onMove: (from: number, to: number) => void) {
  const [from, begin] = useState<number>();
  const [over, pass] = useState<number>();
  const end = () => {
    begin(undefined);
    pass(undefined);
  };
  return (place: number) => ({
    className: from !== undefined && over === place && over !== from ? 'typebot over' : 'typebot',
    onDragStart: () => begin(place),
    onDragEnter: () => pass(place),
    onDragOver: (event: { preventDefault(): void }) => event.preventDefault(),
    onDragEnd: end,
    onDrop: (event: { preventDefault(): void }) => {
      event.preventDefault();
      if (from !== undefined && from !== place) onMove(from, place);
      end();
    },
  });
}

interface RowProps {
  typebot: Typebot;
  isBusy: boolean;
  drag: ReturnType<ReturnType<typeof useDragging>>;
  onEnable(enabled: boolean): void;
  onUp?: () => void;
  onDown?: () => void;
  onEdit(): void;
}

function Row({ typebot, isBusy, drag, onEnable, onUp, onDown, onEdit }: RowProps) {
  const t = useTranslations('typebots');
  const name = typebot.description || typebot.public_id;
  const isAlone = !onUp && !onDown;
  return (
    <li {...drag} draggable={!isBusy && !isAlone}>
      <Group gap={4} wrap="nowrap">
        {!isAlone && (
          <span className="grip" title={t('drag')}>
            <GripIcon />
          </span>
        )}
        <Step label={t('up', { name })} isBusy={isBusy} onPress={onUp}>
          <UpIcon />
        </Step>
        <Step label={t('down', { name })} isBusy={isBusy} onPress={onDown}>
          <DownIcon />
        </Step>
      </Group>
      <What typebot={typebot} name={name} />
      <Switch
        size="md"
        checked={typebot.enabled}
        disabled={isBusy}
        onChange={(event) => onEnable(event.currentTarget.checked)}
        aria-label={t('enabled', { name })}
      />
      <Button variant="default" size="xs" onClick={onEdit} aria-label={t('editOf', { name })}>
        {t('edit')}
      </Button>
    </li>
  );
}

interface StepProps {
  label: string;
  isBusy: boolean;
  onPress?: () => void;
  children: ReactNode;
}

function Step({ label, isBusy, onPress, children }: StepProps) {
  return (
    <ActionIcon
      variant="default"
      size="lg"
      disabled={isBusy || !onPress}
      onClick={onPress}
      aria-label={label}
    >
      {children}
    </ActionIcon>
  );
}

function What({ typebot, name }: { typebot: Typebot; name: string }) {
  const tTrigger = useTranslations('trigger');
  return (
    <div className="what">
      <Text fw={600} truncate>
        {name}
      </Text>
      <Text size="sm" c="dimmed" truncate>
        {tTrigger(typebot.trigger_type)}
        {typebot.trigger_value && ` “${typebot.trigger_value}”`} · {typebot.public_id}
      </Text>
      {typebot.last_error && (
        <Text size="sm" c="var(--mantine-color-error)" truncate>
          {typebot.last_error.message}
        </Text>
      )}
    </div>
  );
}
