import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { moveToSession } from '../../src/store/messages/inbox.js';
import { findMedia, insertMedia } from '../../src/store/messages/media.js';
import { useParley } from '../support/parley.js';

const parley = useParley({ startWorker: false });

test('the file of a message that another session takes over goes with it, and outlives the first session', async () => {
  const shop = await parley.instance();
  const [ana, bia] = [shop.contact(), shop.contact()];
  await ana.says('a picture');
  await bia.says('hello');
  const [first, second] = [await ana.session(), await bia.session()];
  const id = randomUUID();
  const file = { token: id, storageKey: id, mimeType: 'image/png', fileName: null, size: 1, sha256: id };
  await insertMedia(parley.db, { id, instanceId: shop.id, sessionId: first.id, ...file });
  const { rows } = await parley.db.query<{ id: string }>(
    'UPDATE inbox SET media_id = $2 WHERE session_id = $1 RETURNING id',
    [first.id, id],
  );
  await parley.db.transaction((tx) =>
    moveToSession(
      tx,
      rows.map((row) => row.id),
      second.id,
    ),
  );
  expect(await findMedia(parley.db, id)).toMatchObject({ sessionId: second.id });
});
