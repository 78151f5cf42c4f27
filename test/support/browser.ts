import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import bundled from '@sparticuz/chromium';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { readEnv } from '../../src/config.js';

/** A real Chromium with a fresh profile. */
export interface TestBrowser {
  /** Opens a window that shares no storage with others; by default of a laptop's size. */
  open(options?: BrowserContextOptions): Promise<TestWindow>;
  /** Closes all windows. May be called twice. */
  close(): Promise<void>;
}

/** A window, and what went wrong in it. */
export interface TestWindow {
  page: Page;
  /** Console errors and warnings, thrown errors, requests that failed, and answers of 400 and above. */
  problems: string[];
  close(): Promise<void>;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the Chromium that PARLEY_TEST_BROWSER names, one on the PATH, or the one in the npm packages. */
export async function launchBrowser(): Promise<TestBrowser> {
  const browser = await launch(await findBrowser());
  return {
    open: async (options = {}) =>
      watched(
        await browser.newContext({ viewport: { width: 1100, height: 820 }, locale: 'en-GB', ...options }),
      ),
    close: () => browser.close(),
  };
}

/**
 * Each start uses a new profile folder, which is deleted when the browser closes. On a busy machine Chromium now and
 * then crashes while it starts, which says nothing about Parley.
 */
async function launch(executablePath: string, starts = 3): Promise<Browser> {
  try {
    return await chromium.launch({ executablePath, args: flags });
  } catch (error) {
    if (starts === 1) throw error;
    return launch(executablePath, starts - 1);
  }
}

async function watched(context: BrowserContext): Promise<TestWindow> {
  const problems: string[] = [];
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`thrown: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // A page that is left ends its own requests.
    if (reason !== 'net::ERR_ABORTED') problems.push(`${reason}: ${request.method()} ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  return { page, problems, close: () => context.close() };
}

/** The path of the browser; unpacks the one in the npm packages, which two processes must not do at once. */
export async function findBrowser(): Promise<string> {
  const environment = readEnv();
  if (environment.PARLEY_TEST_BROWSER) return environment.PARLEY_TEST_BROWSER;
  for (const folder of (environment.PATH ?? '').split(path.delimiter)) {
    for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'headless_shell']) {
      const file = path.join(folder, name);
      if (await isExecutable(file)) return file;
    }
  }
  return bundled.executablePath();
}

const isExecutable = (file: string) =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
