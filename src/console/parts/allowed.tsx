import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { whoQuery } from '../api/queries.js';
import type { SignedIn } from '../api/wire.js';

/** A kind of change that the API may refuse to a session, named as in the audit. */
export type Change = SignedIn['refused_changes'][number];

/** Whether the API lets this session make such a change. */
export function useIsAllowed(change: Change): boolean {
  const { data: who } = useQuery(whoQuery);
  return who?.refused_changes.includes(change) === false;
}

interface AllowedProps {
  to: Change;
  /** Says in place of the control why it is not there. Without it there is nothing: another place says it. */
  explains?: boolean;
  children: ReactNode;
}

/** A control that is offered only to those whom the API lets make its change. */
export function Allowed({ to: change, explains = false, children }: AllowedProps) {
  const t = useTranslations('access');
  const { data: who } = useQuery(whoQuery);
  if (useIsAllowed(change)) return children;
  if (!explains || !who) return null;
  return (
    <Text size="sm" c="dimmed" my="md">
      {who.may_manage ? t('oneNumber') : t('byLink')}
    </Text>
  );
}
