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
import type { ContactRow } from '../../store/rows.js';
import type { AfterCommit } from '../after-commit.js';
import { joinContacts } from './join-contacts.js';

/**
 * Finds or creates the contact behind the addresses of a message, and locks it. Contacts that turn out to be one person
 * are joined. `locked` are the contacts that are locked already. The first address is the one seen first. Only `enter`
 * tells whether the addresses still lead to the locked contact.
 */
export async function contactFor(
  tx: Tx,
  after: AfterCommit,
  instanceId: string,
  { addresses, isGroup, locked }: { addresses: ContactAddress[]; isGroup: boolean; locked: ContactRow[] },
): Promise<ContactRow> {
  const contacts = locked.length === 1 ? locked : await lockFound(tx, instanceId, addresses, isGroup);
  const [first] = contacts;
  return contacts.length === 1 && first ? first : joinContacts(tx, after, contacts);
}

/** The contact of a phone number, locked; made if there is none. */
export async function contactOfNumber(tx: Tx, instanceId: string, digits: string): Promise<ContactRow> {
  const [contact] = await lockFound(tx, instanceId, [phoneAddress(digits)], false);
  if (contact === undefined) throw new RepeatTransaction();
  return contact;
}

/** The contacts that have one of these addresses; creates one if there is none. */
async function lockFound(
  tx: Tx,
  instanceId: string,
  addresses: ContactAddress[],
  isGroup: boolean,
): Promise<ContactRow[]> {
  const keys = addresses.map((address) => address.key);
  const ids = await findContactIds(tx, instanceId, keys);
  if (ids.length === 0) ids.push(await makeContact(tx, instanceId, addresses, isGroup));
  const contacts = await lockContacts(tx, ids);
  const again = await findContactIds(tx, instanceId, keys);
  if (contacts.length !== ids.length || again.some((id) => !ids.includes(id))) throw new RepeatTransaction();
  return contacts;
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

/** The address of a phone number in its usual form. */
function phoneAddress(digits: string): ContactAddress {
  const jid = phoneJid(digits);
  return { jid, key: addressKey(jid) };
}

/** The contact of a phone number, found by its comparison key; undefined when there is none. */
export async function contactOfPhone(
  db: Queryable,
  instanceId: string,
  digits: string,
): Promise<string | undefined> {
  return (await findContactIds(db, instanceId, [phoneAddress(digits).key]))[0];
}
