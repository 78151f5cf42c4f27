import { Badge, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { createContext, useContext, useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useLive } from './api/live.js';
import type { Liveness } from './api/live.js';
import { obstaclesQuery, whoQuery } from './api/queries.js';
import icon from './icon.svg';
import { BotIcon, ChatIcon, KeyIcon, OverviewIcon, PhoneIcon, StuckIcon, ToyPhoneIcon } from './icons.js';
import { AccountMenu } from './parts/account-menu.js';
import { SilentNumbers } from './parts/silent-numbers.js';

const Live = createContext<Liveness>('connecting');

/** Whether the page is kept up to date. */
export const useLiveness = () => useContext(Live);

/** The navigation around each page. Also keeps the page up to date with the event stream. */
export function Frame({ children }: { children: ReactNode }) {
  const t = useTranslations('frame');
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(path);
  // Screen readers notice a new page only when the focus moves to it.
  useEffect(() => {
    if (first.current !== path) main.current?.focus();
    first.current = path;
  }, [path]);
  const liveness = useLive();
  return (
    <Live value={liveness}>
      <div className="frame">
        <nav className="side" aria-label={t('navigation')}>
          <a className="skip" href="#page">
            {t('skip')}
          </a>
          <div className="brand">
            <img src={icon} alt="" />
            Parley
          </div>
          <Link to="/conversations" search={{}} className="place">
            <ChatIcon />
            {t('conversations')}
          </Link>
          <Link to="/stuck" className="place">
            <StuckIcon />
            {t('stuck')}
            <StuckCount />
          </Link>
          <Link to="/typebots" search={{}} className="place">
            <BotIcon />
            {t('typebots')}
          </Link>
          <Link to="/instances" className="place">
            <PhoneIcon />
            {t('instances')}
          </Link>
          <Link to="/overview" search={{}} className="place only-wide">
            <OverviewIcon />
            {t('overview')}
          </Link>
          <Link to="/access" search={{}} className="place only-wide">
            <KeyIcon />
            {t('access')}
          </Link>
          <Link to="/phone" search={{}} className="place only-wide">
            <ToyPhoneIcon />
            {t('phone')}
          </Link>
          <Foot liveness={liveness} />
        </nav>
        <main className="page" id="page" ref={main} tabIndex={0}>
          <SilentNumbers />
          {children}
        </main>
      </div>
    </Live>
  );
}

/** How many conversations an obstacle keeps silent; nothing while there is none. */
function StuckCount() {
  const t = useTranslations('frame');
  const { data } = useQuery(obstaclesQuery);
  if (!data) return null;
  return (
    <span className="unread count">
      <span aria-hidden="true">{data > 99 ? '99+' : data}</span>
      <VisuallyHidden>{t('stuckCount', { count: data })}</VisuallyHidden>
    </span>
  );
}

function Foot({ liveness }: { liveness: Liveness }) {
  const t = useTranslations('frame');
  const { data: who } = useQuery(whoQuery);
  const colors = { live: 'green.6', connecting: 'gray.6', lost: 'red.6' };
  return (
    <div className="foot">
      <div className="only-wide" role="status">
        <Badge color={colors[liveness]}>{t(liveness)}</Badge>
      </div>
      <AccountMenu name={who?.workspace.name ?? ''} />
    </div>
  );
}
