import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startConsoleParley, type ConsoleParley } from '../support/console.js';
import { until } from '../support/parley.js';
import { phoneOn } from '../support/phone.js';
import { pictureFlows } from './flows.js';

const folder = path.resolve(import.meta.dirname, '../../docs/images');
const fast = { debounce_ms: 0, default_delay_ms: 0 };

let product: ConsoleParley;

beforeAll(async () => {
  product = await startConsoleParley({ flows: { flows: pictureFlows } });
  await businessDay();
});

afterAll(() => product.stop());

/** A business day: contacts who were greeted, and conversations in which something else is the matter. */
async function businessDay() {
  const { parley } = product;
  const instance = await product.instance({ ...fast, expire_in_minutes: 30, description: 'Recipes' });
  await parley.call('PATCH', `/instances/${instance}`, { name: 'Cantina Bella', phone: '5511987650000' });
  const window = await product.open('/sandbox');
  const phone = phoneOn(window);
  await phone.says('hello');
  await phone.hears('How are you today?');
  await phone.taps('So-so');
  await phone.hears('What shall we cook?');
  await window.close();
  const writes = async (number: string, name: string, text: string) => {
    const message = { keyId: `${number}-${text}`, from: { phone: number, name }, text };
    await parley.call('POST', `/webhooks/${instance}`, { messages: [message] }, {});
  };
  const others = ['Bruno Reis', 'Carla Dias', 'Davi Nunes', 'Elisa Prado', 'Félix Rocha'];
  for (const [index, name] of others.entries()) await writes(`551198765001${index}`, name, 'good day');
  const find = (name: string) =>
    until(async () => {
      const { body } = await parley.call('GET', `/sessions?q=${encodeURIComponent(name)}`);
      expect(body.sessions[0]).toMatchObject({ waits_for: 'contact' });
      return `/instances/${instance}/typebots/sessions/${body.sessions[0].id}`;
    });
  const [carla, davi, elisa, felix] = [
    await find('Carla'),
    await find('Davi'),
    await find('Elisa'),
    await find('Felix'),
  ];
  await parley.call('POST', `${carla}/messages`, {
    message: 'Good day Carla, this is Marta. How can I help?',
  });
  await writes('5511987650011', 'Carla Dias', 'My order came without dessert');
  await parley.call('POST', `${davi}/pause`, { minutes: 25 });
  await parley.call('PATCH', `${elisa}`, { segment: 'vip', tags: { plan: 'gold' } });
  await parley.call('POST', `${felix}/close`, {});
  await trouble();
}

const hello = (phone: string, name: string) => ({
  contact: { id: phone, name },
  content: { contentType: 'text', text: 'hello' },
});

/** Two conversations that are stuck: one number has refused credentials, and Typebot does not answer another. */
async function trouble() {
  const { parley } = product;
  const secrets = { outbound_secrets: ['not-what-the-receiver-knows'] };
  const refused = await parley.instance({ public_id: 'rating', ...fast }, secrets);
  await parley.call('PATCH', `/instances/${refused.id}`, { name: 'Cantina Sul' });
  await refused.contact('5511987650021').sends(hello('5511987650021', 'Hugo Sales'));
  const down = await parley.instance({ public_id: 'rating', ...fast });
  await parley.call('PATCH', `/instances/${down.id}`, { name: 'Cantina Norte' });
  const gabi = down.contact('5511987650022');
  const wait = { 'retry-after': '110' };
  parley.typebot.fail({ of: gabi, call: 'start', status: 503, headers: wait });
  await gabi.sends(hello('5511987650022', 'Gabi Melo'));
  await until(async () => {
    const { groups } = (await parley.call('GET', '/sessions/waiting')).body;
    const causes = groups.map(({ waits_for: cause }: { waits_for: string }) => cause);
    expect(causes).toEqual(expect.arrayContaining(['credentials', 'typebot', 'person']));
  });
}

test('the console', async () => {
  const { page, close } = await product.signedIn('/console', {
    viewport: { width: 1280, height: 760 },
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const shoot = (name: string) => page.screenshot({ path: path.join(folder, `console-${name}.png`) });
  const place = async (name: string) => {
    await page.getByRole('link', { name }).first().click();
    await page.mouse.move(0, 0);
  };
  await page.getByRole('link', { name: /^Ana/ }).waitFor();
  await page.getByText('Live').waitFor();
  await shoot('conversations');
  await page.getByRole('link', { name: /^Ana/ }).click();
  await page.getByRole('log').getByText('What shall we cook?').waitFor();
  await page.getByText('Closes unless somebody writes').waitFor();
  await page
    .getByText(/^Started/)
    .first()
    .waitFor();
  await page.mouse.move(0, 0);
  await shoot('conversation');
  await page.getByRole('button', { name: 'Why is this here?' }).last().click();
  await page.getByRole('dialog').getByText('Sent to the provider once').waitFor();
  await page.mouse.move(0, 0);
  await shoot('why');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await place('Stuck');
  await page.getByText('Every message that came was read.').waitFor();
  await page.getByRole('region', { name: 'With a person' }).waitFor();
  await shoot('stuck');
  const failing = page.getByRole('region', { name: 'Typebot does not answer' });
  await failing.getByRole('link', { name: 'Show 1 conversation' }).click();
  await page.locator('.rows a.row').first().click();
  await page.getByText('Typebot is asked again in').waitFor();
  await shoot('waits');
  await place('Typebots');
  await page.getByLabel('Number', { exact: true }).selectOption('Cantina Bella');
  await page.getByRole('button', { name: /^Edit Recipes/ }).click();
  await page.getByRole('dialog').getByLabel('Time zone').waitFor();
  await page.mouse.move(0, 0);
  await shoot('typebot');
  await page.getByLabel('Trigger', { exact: true }).selectOption('keyword');
  await page.getByRole('textbox', { name: 'Text or pattern' }).fill('hello');
  await page.getByRole('dialog').getByRole('button', { name: 'What would change?' }).click();
  await page
    .getByRole('dialog')
    .getByText(/would be answered otherwise/)
    .waitFor();
  await page.getByRole('dialog').getByRole('row').last().scrollIntoViewIfNeeded();
  await shoot('xray');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.getByLabel('First message of a contact').fill('good day');
  await page.getByRole('button', { name: 'Ask' }).click();
  await page.getByText('Recipes would answer.').waitFor();
  await shoot('typebots');
  await place('Numbers');
  await page.getByText('Last event').first().waitFor();
  await page.getByText('Enter new credentials').waitFor();
  await shoot('instances');
  await page.getByRole('button', { name: 'Connect a number' }).click();
  await page.getByRole('dialog').getByLabel('Provider').selectOption('WhatsApp Cloud API (Meta)');
  await page.mouse.move(0, 0);
  await shoot('connect');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await place('Overview');
  await page.getByRole('heading', { name: /^Conversations begun/ }).waitFor();
  await page.getByLabel('Number', { exact: true }).selectOption('Cantina Bella');
  await page.getByRole('columnheader', { name: 'Median wait' }).waitFor();
  await shoot('overview');
  await place('Phone');
  await page.getByText('What shall we cook?').waitFor();
  await page
    .getByText(/^Started/)
    .first()
    .waitFor();
  await shoot('phone');
  await place('Keys & webhooks');
  await page.getByRole('heading', { name: 'API keys' }).waitFor();
  await shoot('keys');
  await place('Who did what');
  await page.getByText('Typebot added').first().waitFor();
  await shoot('audit');
  await close();
});

test('the console on a phone, in the dark, and before anybody is signed in', async () => {
  const small = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 1.5, timezoneId: 'UTC' };
  const look = { ...small, reducedMotion: 'reduce', locale: 'pt-BR' } as const;
  const { page, close } = await product.signedIn('/console', { ...look, colorScheme: 'dark' });
  await page.getByRole('link', { name: /^Ana/ }).click();
  await page.getByRole('log').getByText('What shall we cook?').waitFor();
  await page.screenshot({ path: path.join(folder, 'console-small.png') });
  await close();
  const door = await product.open('/console', {
    viewport: { width: 860, height: 620 },
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  await door.page.getByRole('textbox', { name: 'API key' }).waitFor();
  await door.page.screenshot({ path: path.join(folder, 'console-sign-in.png') });
  await door.close();
});
