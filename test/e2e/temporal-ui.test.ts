import { expect, test } from 'vitest';
import { sessionQuery } from '../../workflows/contract.js';
import { startParley, until, useParley } from '../support/parley.js';
import type { Parley, TestContact } from '../support/parley.js';

const parley = useParley();

async function describe(product: Parley, contact: TestContact) {
  const { workflow_id: workflowId } = await contact.session();
  return product.client.workflow.getHandle(workflowId).describe();
}

async function attributes(product: Parley, contact: TestContact): Promise<Record<string, unknown>> {
  const { typedSearchAttributes } = await describe(product, contact);
  return Object.fromEntries(
    typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value] as [string, unknown]),
  );
}

test('a person finds a conversation in the Temporal UI by phone, instance, typebot and status', async () => {
  const shop = await parley.instance({ public_id: 'startinput-pub' });
  const ana = shop.contact();
  await ana.says('Bob');
  await ana.hears(1);
  expect(await attributes(parley, ana)).toMatchObject({
    ParleyContact: ana.jid,
    ParleyInstance: shop.id,
    ParleyTypebot: shop.typebotId,
    ParleyStatus: 'opened',
  });
  const { id } = await ana.session();
  await parley.call('POST', `/instances/${shop.id}/typebots/sessions/${id}/pause`);
  await until(async () => expect((await attributes(parley, ana)).ParleyStatus).toBe('paused'));
});

test('a workflow is named by contact, typebot and instance, and leads back to the console', async () => {
  const shop = await parley.instance({ public_id: 'startinput-pub' });
  const ana = shop.contact();
  await ana.says('Bob');
  await ana.hears(1);
  const { id } = await ana.session();
  const run = await describe(parley, ana);
  expect(await run.staticSummary()).toBe(`${ana.jid} · startinput-pub · Shop`);
  const details = (await run.staticDetails()) ?? '';
  expect(details).toContain(`/console/conversations/${shop.id}/${id})`);
  expect(details).toContain(shop.id);
  // The contact's name is nobody's business there.
  expect(details).not.toContain('Ana');
});

test('timers and activities carry summaries, and no message text enters a history', async () => {
  const shop = await parley.instance({
    public_id: 'startinput-pub',
    debounce_ms: 100,
    expire_in_minutes: 10,
  });
  const ana = shop.contact();
  await ana.says('a word that must not be there');
  await ana.hears(1);
  const { workflow_id: workflowId } = await ana.session();
  // The bubble leaves before its activity ends, and the idle timer comes after that.
  const text = await until(async () => {
    const history = await parley.client.workflow.getHandle(workflowId).fetchHistory();
    // Payloads are base64 in the JSON of a history.
    const words = JSON.stringify(history).replace(
      /"data":"([^"]*)"/g,
      (_, data: string) => `"data":${decoded(data)}`,
    );
    for (const summary of ['turn 1: Typebot', 'debounce', 'idle']) expect(words).toContain(summary);
    return words;
  });
  expect(text).not.toContain('must not be there');
});

function decoded(data: string): string {
  return Buffer.from(data, 'base64').toString('utf8');
}

test('the query shows the state as the workflow holds it', async () => {
  const shop = await parley.instance({ public_id: 'startinput-pub' });
  const ana = shop.contact();
  await ana.says('Bob');
  await ana.hears(1);
  const { workflow_id: workflowId, id } = await ana.session();
  const state = await until(async () => {
    const held = await parley.client.workflow.getHandle(workflowId).query(sessionQuery);
    expect(held.running).toBeNull();
    return held;
  });
  expect(state).toMatchObject({ session: { id, turnNo: 1 }, turn: null });
});

test('with PARLEY_TEMPORAL_CONTACT=masked Temporal never sees the whole number', async () => {
  const { parley: masked, stop } = await startParley({ env: { PARLEY_TEMPORAL_CONTACT: 'masked' } });
  try {
    const shop = await masked.instance({ public_id: 'startinput-pub' });
    const ana = shop.contact('5511987654321');
    await ana.says('Bob');
    await ana.hears(1);
    expect((await attributes(masked, ana)).ParleyContact).toBe('5511*****4321@s.whatsapp.net');
    const run = await describe(masked, ana);
    expect(await run.staticSummary()).toBe('5511*****4321@s.whatsapp.net · startinput-pub · Shop');
    expect(await run.staticDetails()).not.toContain('5511987654321');
  } finally {
    await stop();
  }
});
