import { Text, Title } from '@mantine/core';
import { useId } from 'react';
import { useFormatter } from 'use-intl';

/** A list of counts with their percentages, each with a line as long as its share. */
export function Shares(props: { title: string; none: string; shares: { name: string; count: number }[] }) {
  const { title, none, shares } = props;
  const format = useFormatter();
  const id = useId();
  const total = Math.max(
    1,
    shares.reduce((sum, { count }) => sum + count, 0),
  );
  return (
    <section className="card" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb="xs">
        {title}
      </Title>
      {shares.length === 0 && <Text c="dimmed">{none}</Text>}
      <ul className="shares">
        {shares.map(({ name, count }) => (
          <li key={name}>
            <span>{name}</span>
            <span>
              {format.number(count)} ·{' '}
              {format.number(count / total, { style: 'percent', maximumFractionDigits: 0 })}
            </span>
            <span className="line" aria-hidden="true" style={{ width: `${(count / total) * 100}%` }} />
          </li>
        ))}
      </ul>
    </section>
  );
}
