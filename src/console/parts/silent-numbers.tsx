import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { instancesQuery } from '../api/queries.js';

/** Names the silenced numbers on every page, so that everyone knows why no bot answers. */
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
