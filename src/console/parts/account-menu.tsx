import { Menu, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { call } from '../api/client.js';
import { showSignIn } from '../api/queries.js';
import { KeyIcon, LeaveIcon, MoonIcon, MoreIcon, OverviewIcon, SunIcon, ToyPhoneIcon } from '../icons.js';
import { LANGUAGES, useLanguage } from '../languages.js';
import type { Language } from '../languages.js';

/** The menu of the signed-in person: language, light or dark, sign out. */
export function AccountMenu({ name }: { name: string }) {
  const t = useTranslations('looks');
  const tFrame = useTranslations('frame');
  const client = useQueryClient();
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  const leave = async () => {
    await call('DELETE', '/session').catch(() => undefined);
    showSignIn(client);
  };
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className="place account">
          <MoreIcon />
          <span className="only-wide">{name}</span>
          <span className="only-phone">{t('more')}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('more')}>
        <Menu.Item className="only-phone" component={Link} to="/overview" leftSection={<OverviewIcon />}>
          {tFrame('overview')}
        </Menu.Item>
        <Menu.Item className="only-phone" component={Link} to="/access" leftSection={<KeyIcon />}>
          {tFrame('access')}
        </Menu.Item>
        <Menu.Item className="only-phone" component={Link} to="/phone" leftSection={<ToyPhoneIcon />}>
          {tFrame('phone')}
        </Menu.Item>
        <Menu.Divider className="only-phone" />
        {(Object.entries(LANGUAGES) as [Language, string][]).map(([tag, own]) => (
          <Menu.Item key={tag} lang={tag} fw={tag === language ? 700 : 400} onClick={() => choose(tag)}>
            {own}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={isDark ? <SunIcon /> : <MoonIcon />}
          onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
        >
          {isDark ? t('light') : t('dark')}
        </Menu.Item>
        <Menu.Item leftSection={<LeaveIcon />} onClick={() => void leave()}>
          {t('leave')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
