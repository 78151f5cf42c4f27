import { ActionIcon, Group, Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { LanguageIcon, MoonIcon, SunIcon } from '../icons.js';
import { LANGUAGES, useLanguage } from '../languages.js';
import type { Language } from '../languages.js';

/** Buttons for the language and for light or dark. Both choices are stored in this browser. */
export function Looks() {
  const t = useTranslations('looks');
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  return (
    <Group gap="xs">
      <Menu position="top-start">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t('language')}>
            <LanguageIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(Object.entries(LANGUAGES) as [Language, string][]).map(([tag, name]) => (
            <Menu.Item key={tag} lang={tag} fw={tag === language ? 700 : 400} onClick={() => choose(tag)}>
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={isDark ? t('light') : t('dark')}
        onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? <SunIcon /> : <MoonIcon />}
      </ActionIcon>
    </Group>
  );
}
