import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Router, type RequestHandler } from 'express';
import type { Locator } from 'playwright-core';
import ts from 'typescript';
import { startDemoTypebot } from '../../src/dev/demo-typebot/server.js';
import { sandboxPhone } from '../../src/dev/phone/routes.js';
import { launchBrowser, type TestWindow } from './browser.js';
import { startParley, type Parley, type ParleyOptions } from './parley.js';

type Json = Record<string, unknown>;

/** The product as a new user sees it after `npm start`: with sandbox phone, demo flow and a browser. */
export interface PhoneParley {
  parley: Parley;
  /** Root of the API; the page is at `/sandbox`. */
  url: string;
  /** Creates a sandbox instance with the demo flow, which `/sandbox` then shows first. */
  instance(typebot?: Json, channel?: Json): Promise<string>;
  /** Opens a window at a path of the product. */
  open(path: string, options?: Parameters<TestBrowserOpen>[0]): Promise<TestWindow>;
  stop(): Promise<void>;
}

type TestBrowserOpen = Awaited<ReturnType<typeof launchBrowser>>['open'];

/** Starts all of it. */
export async function startPhoneParley(options: ParleyOptions = {}): Promise<PhoneParley> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-phone-'));
  let newest = '';
  const [{ parley, stop }, demo, browser] = await Promise.all([
    startParley({
      ...options,
      extraRoutes: (db) =>
        Router().use(builtPage, sandboxPhone({ db, instanceId: () => Promise.resolve(newest) })),
    }),
    startDemoTypebot({ port: 0, folder }),
    launchBrowser(),
  ]);
  const url = `http://127.0.0.1:${parley.api.port}`;
  return {
    parley,
    url,
    instance: async (typebot = {}, channel = {}) => {
      const made = await parley.call('POST', '/instances', {
        name: 'Sandbox',
        channel: { type: 'sandbox', ...channel },
      });
      if (made.status !== 201) throw new Error(`instance: ${JSON.stringify(made.body)}`);
      newest = String(made.body.id);
      const configured = await parley.call('POST', `/instances/${newest}/typebots`, {
        ...{ typebot_url: demo.url, public_id: 'demo', trigger_type: 'all', keep_open: true, locale: 'en' },
        ...typebot,
      });
      if (configured.status !== 201) throw new Error(`typebot: ${JSON.stringify(configured.body)}`);
      return newest;
    },
    open: async (route, windowOptions) => {
      const window = await browser.open(windowOptions);
      await window.page.goto(url + route);
      return window;
    },
    stop: async () => {
      await browser.close();
      await stop();
      await demo.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// Serves the page's scripts, compiled as by `npm run build`.
const builtPage: RequestHandler = (request, response, next) => {
  const [, name] = /^\/sandbox\/([a-z-]+)\.js$/.exec(request.path) ?? [];
  if (!name) return next();
  readFile(path.join(import.meta.dirname, '../../src/dev/phone/page', `${name}.ts`), 'utf8')
    .then((source) => {
      const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
      response.type('js').send(ts.transpileModule(source, { compilerOptions }).outputText);
    })
    .catch(next);
};

/** What a person sees and does on the sandbox phone. */
export function phoneOn({ page }: TestWindow) {
  const chat = page.getByRole('region', { name: 'Conversation' });
  // Without its footer, whose clock may read the same.
  const bubbles = (side: 'in' | 'out', text: string): Locator =>
    chat.locator(`article.${side}`).filter({ has: page.locator(':scope > :not(footer)', { hasText: text }) });
  const types = async (text: string) => {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.keyboard.press('Enter');
  };
  return {
    page,
    chat,
    /** Types a message and presses Enter. */
    types,
    /** As `types`, then waits until the message is in the chat. */
    async says(text: string) {
      await types(text);
      await bubbles('in', text).last().waitFor();
    },
    /** Waits until the bot has said this so many times and returns the last of these bubbles. */
    async hears(text: string, times = 1) {
      await bubbles('out', text)
        .nth(times - 1)
        .waitFor();
      return bubbles('out', text).last();
    },
    said: (text: string) => bubbles('in', text).last(),
    async taps(label: string) {
      await page.getByRole('button', { name: label }).last().click();
    },
    /** Waits for this state in the header of the phone. */
    async session(status: string) {
      await page.locator('#session', { hasText: status }).waitFor();
    },
    async attaches(kind: string) {
      await page.getByLabel('Attach').click();
      await page.getByRole('button', { name: kind, exact: true }).click();
    },
    async picks(contact: string) {
      await page.locator('#contacts').getByRole('button', { name: contact }).click();
    },
  };
}
