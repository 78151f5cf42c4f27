import { createContext, useContext, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import type english from './languages/en.json';

/** All texts of the console; every language has the keys of the English file. */
export type Messages = typeof english;

declare module 'use-intl' {
  interface AppConfig {
    Messages: Messages;
    Locale: Language;
  }
}

/** The languages of the console by their BCP 47 tag, each with its own name. */
export const LANGUAGES = { 'pt-BR': 'Português', en: 'English', es: 'Español' } as const;
/** Tag of a language in `LANGUAGES`. */
export type Language = keyof typeof LANGUAGES;

const STORED = 'parley.language';

const texts: Record<Language, () => Promise<{ default: Messages }>> = {
  'pt-BR': () => import('./languages/pt-BR.json'),
  en: () => import('./languages/en.json'),
  es: () => import('./languages/es.json'),
};

const Chosen = createContext<{ language: Language; choose(language: Language): void } | null>(null);

/** The language of the page, and a function that changes it. Throws outside of `LanguageProvider`. */
export function useLanguage() {
  const chosen = useContext(Chosen);
  if (chosen === null) throw new Error('no language around this component');
  return chosen;
}

/** Provides texts and language. Shows nothing until the texts of the first language are loaded. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState(firstLanguage);
  const [loaded, setLoaded] = useState<{ language: Language; messages: Messages }>();
  useEffect(() => {
    let isWanted = true;
    void texts[language]().then((module) => {
      if (isWanted) setLoaded({ language, messages: module.default });
    });
    return () => {
      isWanted = false;
    };
  }, [language]);
  useEffect(() => {
    if (loaded) document.documentElement.lang = loaded.language;
  }, [loaded]);
  const chosen = useMemo(() => ({ language, choose: remember(choose) }), [language]);
  if (loaded === undefined) return null;
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Chosen value={chosen}>
      <IntlProvider locale={loaded.language} messages={loaded.messages} timeZone={timeZone}>
        {children}
      </IntlProvider>
    </Chosen>
  );
}

function remember(choose: (language: Language) => void) {
  return (language: Language) => {
    localStorage.setItem(STORED, language);
    choose(language);
  };
}

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(STORED) ?? '', ...navigator.languages];
  for (const tag of wanted) {
    const found = Object.keys(LANGUAGES).find((name) => name.slice(0, 2) === tag.slice(0, 2).toLowerCase());
    if (found !== undefined && isLanguage(found)) return found;
  }
  return 'en';
}

function isLanguage(name: string): name is Language {
  return name in LANGUAGES;
}
