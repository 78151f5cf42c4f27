import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { instancesQuery } from '../api/queries.js';

/** Says on every page which numbers have been silenced: whoever wonders why no bot answers need not look for it. */
export function SilentNumbers() {
  const t = useTranslations('panic');
  const { data: instances = [] } = useQuery({ ...instancesQuery, refetchInterval: 60_000 });
  const names = instances.filter((one) => one.silenced_at !== null).map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <div className="silent-numbers" role="status">
      <Link to="/instances">{t('banner', { names: names.join(', ') })}</Link>
    </div>
  );
}
