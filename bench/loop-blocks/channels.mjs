import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fill, MiB, worstTexts } from './inputs.mjs';

const dist = '../../dist/src';
const recordings = path.resolve(import.meta.dirname, '../../test/fixtures/channels');
/** Limits of a webhook's size and of its JSON values, less some room for the rest of the body. */
const LARGEST = 7.9 * MiB;
const MOST_VALUES = 99_000;
const NOW = Date.UTC(2026, 0, 1);
const channelOf = { meta: 'cloud-api' };

const read = (file) => JSON.parse(readFileSync(path.join(recordings, file), 'utf8'));
const snakeName = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const snakeCased = (object) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [snakeName(name), value]));

/** The recorded webhooks of a channel, one for each kind of content that its parser finds in them. */
function samples(folder, parse) {
  const found = new Map();
  for (const file of readdirSync(path.join(recordings, folder))) {
    const { kind, request } = read(`${folder}/${file}`);
    const body = request?.body ?? request?.form;
    if (kind !== 'webhook' || typeof body !== 'object') continue;
    const { events } = parse(body, request.headers);
    const [event] = events;
    if (event) found.set(event.content?.contentType ?? event.kind, { body, headers: request.headers });
  }
  return [...found];
}

/** The paths of all members of a certain kind within a value. */
function pathsOf(value, isWanted, at = []) {
  const own = isWanted(value) ? [at] : [];
  if (typeof value !== 'object' || value === null) return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, isWanted, [...at, name])),
  ];
}

function changed(value, at, change) {
  if (at.length === 0) return change(value);
  const [name, ...rest] = at;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[name] = changed(copy[name], rest, change);
  return copy;
}

const valuesIn = (value) =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum, inner) => sum + 2 + valuesIn(inner), 1)
    : 1;

/** The webhook with its texts, except those that determine its kind, replaced by the worst ones. */
function longTexts(sample, isStillRead) {
  const free = pathsOf(sample, (value) => typeof value === 'string').filter((at) =>
    isStillRead(changed(sample, at, (text) => `${text}1`)),
  );
  return Object.entries(worstTexts).map(([name, text]) => {
    const make = () => {
      const each = text(Math.floor(LARGEST / 2 / Math.max(1, free.length)));
      return free.reduce((body, at) => changed(body, at, () => each), sample);
    };
    return [name, make];
  });
}

/** The webhook with as many elements in each list, and as many members in each object, as it may hold. */
function manyValues(sample) {
  const lists = pathsOf(sample, (value) => Array.isArray(value) && value.length > 0).map((at) => {
    const repeat = ([first]) => Array.from({ length: MOST_VALUES / (valuesIn(first) + 1) }, () => first);
    return [`many ${at.join('.')}`, () => changed(sample, at, repeat)];
  });
  const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const more = () => Object.fromEntries(Array.from({ length: MOST_VALUES / 3 }, (_, n) => [`m${n}`, {}]));
  const objects = pathsOf(sample, isObject).map((at) => [
    `many members of ${at.join('.') || 'the body'}`,
    () => changed(sample, at, (own) => ({ ...more(), ...own })),
  ]);
  return [...lists, ...objects];
}

const asForm = (body) => new URLSearchParams(body).toString();

/** All parsers of webhooks, starting from the bytes; for channels that sign, with the check of the signature. */
export async function channelCases() {
  const { channels } = await import(`${dist}/channels/index.js`);
  const folders = readdirSync(recordings).filter((folder) => channels[channelOf[folder] ?? folder]);
  return folders.flatMap((folder) => {
    const type = channelOf[folder] ?? folder;
    const channel = channels[type];
    const settings = { ...snakeCased(read(`${folder}/_channel.json`)), base_url: 'https://a.b' };
    const context = { instanceId: 'i', settings, webhookUrl: 'https://a.b/w', capabilities: {} };
    const toBytes = (body) => Buffer.from(type === 'twilio' ? asForm(body) : JSON.stringify(body));
    const requestOf = (rawBody, headers) => ({
      ...{ method: 'POST', headers: { ...headers, 'x-parley-timestamp': String(NOW) }, rawBody },
      ...{ query: '', path: [], receivedAt: NOW },
    });
    const parse = (body, headers) => channel.parse(requestOf(toBytes(body), headers), context);
    return samples(folder, parse).flatMap(([kind, { body, headers }]) => {
      const isStillRead = (other) => parse(other, headers).events.length > 0;
      const bodies = [...longTexts(body, isStillRead), ...(type === 'twilio' ? [] : manyValues(body))];
      return bodies.map(([name, make]) => ({
        name: `webhook of ${type}: ${kind}, ${name}`,
        make: () => requestOf(toBytes(make()), headers),
        run: (request) => {
          const verdict = channel.verify?.(request, context);
          // The signature is wrong here; what is too large is not read any further.
          if (verdict?.status !== 413) channel.parse(request, context);
        },
      }));
    });
  });
}

const textOnly = { buttons: 0, list: false, ctaUrl: false, locationRequest: false };

/** Every form of a message, adapted to a channel with menus and to one with text only, and the next simpler form. */
export async function formCases() {
  const { adapt } = await import(`${dist}/channels/forms/adapt.js`);
  const { simplerForm } = await import(`${dist}/channels/forms/simpler-form.js`);
  const { defaultCapabilities } = await import(`${dist}/channels/forms/capabilities.js`);
  const menus = defaultCapabilities['cloud-api'];
  const rows = (count, title) =>
    Array.from({ length: count }, (_, n) => ({ id: `${n}`, title: title(n), description: title(n) }));
  const contents = (text) => ({
    text: { type: 'text', text },
    image: { type: 'image', media: { url: `https://a.b/${text}.png`, mimeType: text }, caption: text },
    buttons: { type: 'buttons', body: text, footer: text, buttons: rows(3, () => text) },
    list: { type: 'list', body: text, button: text, sections: [{ title: text, rows: rows(10, () => text) }] },
    ctaUrl: { type: 'ctaUrl', body: text, displayText: text, url: 'https://a.b' },
    locationRequest: { type: 'locationRequest', body: text },
  });
  // Together no larger than a body of the API may be.
  const textsOf = { text: 1, image: 3, buttons: 8, list: 23, ctaUrl: 2, locationRequest: 1 };
  const long = Object.entries(worstTexts).flatMap(([name, text]) =>
    Object.entries(textsOf).map(([kind, count]) => [
      `${kind}, ${name}`,
      () => contents(text(Math.floor(MiB / count)))[kind],
    ]),
  );
  const titles = { equal: () => 'a', 'long and equal': () => fill('long ', 200), numbered: (n) => `${n}. a` };
  const many = Object.entries(titles).map(([name, title]) => [
    `2,400 rows, ${name}`,
    () => ({ type: 'list', body: 'a', button: 'a', sections: [{ rows: rows(2_400, title) }] }),
  ]);
  return [...long, ...many].flatMap(([name, make]) =>
    [menus, { ...menus, ...textOnly }, { ...menus, maxRows: 20_000 }].map((capabilities, at) => ({
      name: `form: ${name}, ${['menus', 'text only', 'long lists'][at]}`,
      make,
      run: (content) => {
        adapt(content, capabilities);
        simplerForm(content, capabilities);
      },
    })),
  );
}
