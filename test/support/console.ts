import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { ParleyOptions } from './parley.js';
import { startPhoneParley } from './phone.js';
import type { PhoneParley } from './phone.js';

/** The product with its built console. */
export interface ConsoleParley extends PhoneParley {
  /** Opens a window that is signed in by a link like the one that `npm start` prints. */
  signedIn(path?: string, options?: Parameters<PhoneParley['open']>[1]): ReturnType<PhoneParley['open']>;
  link(): Promise<string>;
}

/** Starts all of it; the console must have been built (`global-setup.ts`). */
export async function startConsoleParley(options: ParleyOptions = {}): Promise<ConsoleParley> {
  const product = await startPhoneParley(options);
  const link = async () => {
    const made = await product.parley.call('POST', '/console/sign-in-links', { may_manage: true });
    if (made.status !== 201) throw new Error(`no link: ${JSON.stringify(made.body)}`);
    return `/console${new URL(String(made.body.url)).hash}`;
  };
  return {
    ...product,
    link,
    signedIn: async (path = '/console', options = {}) => {
      const window = await product.open(await link(), options);
      await window.page.getByRole('heading', { name: /Conversations|Conversas|Conversaciones/ }).waitFor();
      if (path !== '/console') await window.page.goto(product.url + path);
      return window;
    },
  };
}

// Evaluated instead of added to the page, because the page's own policy forbids foreign scripts.
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What is wrong with the page as shown: serious and critical findings of axe, in light and in dark (scheme, rule, target,
 * message), and parts without their styles.
 */
export async function findingsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await unstyledOn(page);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' });
    // A colour that is still on its way from one scheme to the other belongs to neither. Its end is set, not waited for:
    // on some pages it does not come.
    await page.evaluate(() => {
      const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
      moving.forEach((one) => one.finish());
    });
    found.push(...(await findingsNow(page)).map((finding) => `${colorScheme}: ${finding}`));
  }
  return found;
}

/** Classes of Mantine's parts for which there is no rule: `styles.ts` lacks the style sheet of such a part. */
async function unstyledOn(page: Page): Promise<string[]> {
  const names = await page.evaluate(() => {
    const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
    const sheet = rules.map(({ cssText }) => cssText).join();
    const used = [...document.querySelectorAll('[class]')].flatMap(({ classList }) => [...classList]);
    return used.filter((name) => /^m_[0-9a-f]+$/.test(name) && !sheet.includes(`.${name}`));
  });
  return [...new Set(names)].map((name) => `no styles: ${name}`);
}

function findingsNow(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    interface Finding {
      id: string;
      impact: string;
      nodes: { target: string[]; any: { message: string }[]; html: string }[];
    }
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: Finding[] }> };
    };
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, any }) => `${id} ${target.join(' ')} ${any[0]?.message ?? ''}`),
      );
  });
}
