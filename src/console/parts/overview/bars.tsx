import { Title } from '@mantine/core';
import { useId } from 'react';
import { useFormatter, useTranslations } from 'use-intl';

/** A bar; its parts are stacked from bottom to top. */
export interface Bar {
  at: string;
  parts: number[];
}

interface BarsProps {
  title: string;
  /** Names of the parts, in the same order. */
  names: string[];
  bars: Bar[];
  interval: 'hour' | 'day';
}

const HEIGHT = 120;
const WIDTH = 600;

/** A bar chart with its numbers as a table, for exact values and for people who cannot see it. */
export function Bars({ title, names, bars, interval }: BarsProps) {
  const t = useTranslations('overview');
  const format = useFormatter();
  const id = useId();
  const sums = bars.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0));
  const highest = Math.max(1, ...sums);
  const total = sums.reduce((sum, one) => sum + one, 0);
  const when = (at: string) => format.dateTime(new Date(at), whenOf(interval));
  return (
    <section className="card" aria-labelledby={id}>
      <Title order={2} size="h5" id={id}>
        {title}: {format.number(total)}
      </Title>
      <svg
        className="bars"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('chart', { total, highest })}
      >
        {bars.map((bar, index) => (
          <OneBar key={bar.at} bar={bar} place={{ index, count: bars.length, highest }} />
        ))}
      </svg>
      <div className="ends" aria-hidden="true">
        <span>{bars[0] && when(bars[0].at)}</span>
        <span className="legend">
          {names.length > 1 &&
            names.map((name, part) => (
              <span key={name} className={`part-${part}`}>
                {name}
              </span>
            ))}
        </span>
        <span>{t('now')}</span>
      </div>
      <details className="more">
        <summary>{t('asTable')}</summary>
        <table className="numbers">
          <thead>
            <tr>
              <th scope="col">{t(interval)}</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars
              .filter((_bar, index) => sums[index] !== 0)
              .map(({ at, parts }) => (
                <tr key={at}>
                  <th scope="row">{when(at)}</th>
                  {parts.map((part, index) => (
                    <td key={names[index]}>{format.number(part)}</td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

const whenOf = (interval: 'hour' | 'day') =>
  interval === 'hour'
    ? ({ weekday: 'short', hour: '2-digit', minute: '2-digit' } as const)
    : ({ day: 'numeric', month: 'short', timeZone: 'UTC' } as const);

function OneBar({ bar, place }: { bar: Bar; place: { index: number; count: number; highest: number } }) {
  const step = WIDTH / place.count;
  let top = HEIGHT;
  return (
    <g>
      {bar.parts.map((part, index) => {
        const height = (part / place.highest) * HEIGHT;
        top -= height;
        const box = { x: place.index * step, y: top, width: step * 0.82, height };
        return <rect key={index} className={`part-${index}`} {...box} />;
      })}
    </g>
  );
}
