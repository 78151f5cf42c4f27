import { randomUUID } from 'node:crypto';
import type { ContactAddress } from '../../channels/jid.js';
import { addressKey, phoneJid } from '../../channels/jid.js';
import {
  findContactIds,
  insertAddresses,
  insertContact,
  lockContacts,
} from '../../store/contacts/contacts.js';
import { RepeatTransaction } from '../../store/db.js';
import type { Queryable, Tx } from '../../store/db.js';
import { joinContacts } from './join-contacts.js';
import type { Joined } from './join-contacts.js';

/**
 * Finds or makes the contact behind these addresses, with its lock; contacts that turn out to be one person are
 * joined. The first address is the one seen first.
 */
export async function contactFor(
  tx: Tx,
  instanceId: string,
  addresses: ContactAddress[],
  isGroup: boolean,
): Promise<Joined> {
  const keys = addresses.map((address) => address.key);
  const ids = await findContactIds(tx, instanceId, keys);
  if (ids.length === 0) ids.push(await makeContact(tx, instanceId, addresses, isGroup));
  const contacts = await lockContacts(tx, ids);
  const again = await findContactIds(tx, instanceId, keys);
  if (contacts.length !== ids.length || again.some((id) => !ids.includes(id))) throw new RepeatTransaction();
  const [first, ...others] = contacts;
  if (first === undefined) throw new RepeatTransaction();
  const joined =
    others.length === 0 ? { contact: first, ended: [], hidden: [] } : await joinContacts(tx, contacts);
  const known = addresses.length === 1 && again.length === 1;
  if (!known) await insertAddresses(tx, { instanceId, contactId: joined.contact.id }, addresses);
  return joined;
}

async function makeContact(
  tx: Tx,
  instanceId: string,
  addresses: ContactAddress[],
  isGroup: boolean,
): Promise<string> {
  const id = randomUUID();
  const remoteJid = addresses[0]?.jid ?? '';
  await insertContact(tx, { id, instanceId, kind: 'whatsapp', remoteJid, isGroup });
  await insertAddresses(tx, { instanceId, contactId: id }, addresses);
  return id;
}

/** The address of a phone number, as the rest of the program writes it. */
export function phoneAddress(digits: string): ContactAddress {
  const jid = phoneJid(digits);
  return { jid, key: addressKey(jid) };
}

/** The contact of a phone number, by its comparison key; undefined when it is not known. */
export async function contactOfPhone(
  db: Queryable,
  instanceId: string,
  digits: string,
): Promise<string | undefined> {
  return (await findContactIds(db, instanceId, [phoneAddress(digits).key]))[0];
}
