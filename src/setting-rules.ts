import { withoutEndSlashes } from './foreign/trim-end.js';

// Rules for single settings that the API holds to and the console tells while somebody types. Nothing heavy is imported
// here, because it is in the console's bundle.

/** Whether it is an absolute http or https URL without credentials. */
export function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && url.hostname !== '' && url.username === '' && url.password === '';
}

const EDITOR = /\/typebots\/[^/]+(\/(edit|flow|theme|settings|share|results)(\/.*)?)?$/;

/** Whether an address is a page of Typebot's editor, which looks like a public link and serves no flow. */
export function isEditorPage({ hostname, pathname }: URL): boolean {
  return /^app\.typebot\./.test(hostname) || EDITOR.test(withoutEndSlashes(pathname));
}

/** Whether it is the name of an IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    // Intl also accepts offsets such as +03:00, which are not IANA names.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
