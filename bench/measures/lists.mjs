// (g) Every list of every dialect, searches among them, over a database with many sessions.
import { at, rounded } from '../figures.mjs';
import { startLarge } from '../large-database.mjs';

export const title = 'Lists and searches (ms)';

export async function run(world, { sessions, requests }) {
  const beganMs = performance.now();
  const large = await startLarge(world, { sessions });
  process.stderr.write(
    `  ${sessions} sessions made in ${rounded((performance.now() - beganMs) / 1_000)} s\n`,
  );
  try {
    const rows = [];
    for (const [name, request] of await listsOf(large, sessions))
      rows.push(await measure(name, request, requests));
    return rows;
  } finally {
    await large.stop();
  }
}

async function measure(name, request, requests) {
  const times = [];
  let shown;
  for (let count = 0; count < requests; count += 1) {
    const beganMs = performance.now();
    shown = await request(count).catch((error) => ({ error }));
    if (shown.error) return { list: name, refused: shown.error.message.slice(0, 120) };
    times.push(performance.now() - beganMs);
  }
  return {
    list: name,
    rows: lengthOf(shown),
    p50: rounded(at(times, 0.5)),
    p95: rounded(at(times, 0.95)),
    max: rounded(Math.max(...times)),
  };
}

/** How many rows an answer has: that of its first list. */
function lengthOf(value) {
  if (Array.isArray(value)) return value.length;
  return Object.values(value ?? {}).find(Array.isArray)?.length ?? null;
}

async function listsOf({ request, instanceId, typebotIds: [typebotId], db }, sessions) {
  const { rows } = await db.query(
    `SELECT id, session_uid, remote_jid, workspace_id FROM sessions WHERE row_id % ${Math.ceil(sessions / 100)} = 0 ORDER BY row_id`,
  );
  const some = (count) => rows[count % rows.length];
  const phone = (count) => some(count).remote_jid.split('@')[0];
  const get = (path, headers) => request('GET', path, undefined, headers);
  const own = `/instances/${instanceId}/typebots/sessions`;
  const codechat = `/api/v2/instance/${instanceId}/typebot-integration/session`;
  const bot = { 'x-bot-id': typebotId };
  const day = (count) => new Date(Date.now() - (count % 300) * 86_400_000).toISOString();
  const yourgpt = (body) => request('POST', '/chatbot/v1/getSessions', body);
  const first = await get('/sessions?limit=50');
  return Object.entries({
    'native, sessions of an instance': () => get(own),
    'native, opened': () => get(`${own}?status=opened`),
    'native, paused': () => get(`${own}?status=paused`),
    'native, closed': () => get(`${own}?status=closed`),
    'native, of a typebot': () => get(`${own}?typebot_id=${typebotId}`),
    'native, of a phone': (count) => get(`${own}?phone=${phone(count)}`),
    'native, before a session': (count) => get(`${own}?before=${some(count).id}`),
    'native, transcript': (count) => get(`${own}/${some(count).id}/messages`),
    'native, timeline': (count) => get(`${own}/${some(count).id}/events`),
    'native, one session': (count) => get(`/sessions/${some(count).id}`),
    'native, typebots': () => get(`/instances/${instanceId}/typebots`),
    'console, all sessions': () => get('/sessions'),
    'console, next page': () => get(`/sessions?cursor=${encodeURIComponent(first.next_cursor)}`),
    'console, opened': () => get('/sessions?status=opened'),
    'console, closed, completed': () => get('/sessions?status=closed&reason=completed'),
    'console, a reason nobody has': () => get('/sessions?reason=expired'),
    'console, waits for a person': () => get('/sessions?waits_for=person'),
    'console, waits for Typebot (none)': () => get('/sessions?waits_for=typebot'),
    'console, stuck': () => get('/sessions?stuck=true'),
    'console, silent for an hour': () => get('/sessions?silent_minutes=60'),
    'console, by the next event': () => get('/sessions?order=next_event'),
    'console, a segment nobody has': () => get('/sessions?segment=nobody'),
    'console, of a typebot': () => get(`/sessions?typebot_id=${typebotId}`),
    'console, a tag': (count) => get(`/sessions?tag=plan:p${count % 49}`),
    'console, a tag nobody has': () => get('/sessions?tag=nobody'),
    'console, search a number': (count) => get(`/sessions?q=${phone(count)}`),
    'console, search last digits': (count) => get(`/sessions?q=${phone(count).slice(-6)}`),
    'console, search a name': (count) => get(`/sessions?q=${['Ana', 'luiza', 'Conceição'][count % 3]}`),
    'console, search two words': (count) => get(`/sessions?q=${encodeURIComponent(`maria ${100 + count}`)}`),
    'console, search nobody': () => get('/sessions?q=nobody'),
    'console, counts by what they wait for': () => get('/sessions/waiting'),
    'console, statistics of a day': () => get('/statistics'),
    'console, statistics of 30 days': () => get(`/statistics?interval=day&from=${day(30)}`),
    'console, questions of a typebot': () => get(`/instances/${instanceId}/typebots/${typebotId}/questions`),
    'CodeChat, first page': () => get(codechat),
    'CodeChat, page 100': () => get(`${codechat}?page=100`),
    'CodeChat, opened': () => get(`${codechat}?status=opened`),
    'CodeChat, of a JID': (count) =>
      get(`${codechat}?keyRemoteJid=${encodeURIComponent(some(count).remote_jid)}`),
    'Botpress, conversations': () => get('/v1/chat/conversations', bot),
    'Botpress, by creation, oldest first': () =>
      get('/v1/chat/conversations?sortField=createdAt&sortDirection=asc', bot),
    'Botpress, after a date': (count) => get(`/v1/chat/conversations?afterDate=${day(count)}`, bot),
    'Botpress, a tag': (count) => get(`/v1/chat/conversations?tags[plan]=p${count % 49}`, bot),
    'Botpress, messages of the bot': () => get('/v1/chat/messages', bot),
    'Botpress, messages after a date': (count) => get(`/v1/chat/messages?afterDate=${day(count)}`, bot),
    'YourGPT, oldest first': () => yourgpt({}),
    'YourGPT, newest first': () => yourgpt({ orderBy: 'DESC' }),
    'YourGPT, page 1,000': () => yourgpt({ page: 1_000 }),
    'YourGPT, open': () => yourgpt({ status: 'open' }),
    'YourGPT, closed, of a day': (count) =>
      yourgpt({ status: 'closed', from: day(count).slice(0, 10), to: day(count).slice(0, 10) }),
    'YourGPT, messages': (count) =>
      request('POST', '/chatbot/v1/getSessionMessages', { session_uid: some(count).session_uid }),
  });
}
