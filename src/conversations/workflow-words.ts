import { cutText } from '../foreign/cut-text.js';
import type { Addressee } from '../store/contacts/contacts.js';

/** Temporal refuses a longer summary, and the signal with it. */
const MAX_SUMMARY_BYTES = 200;
const MAX_NAME = 60;

/**
 * How Temporal's UI shows a conversation: contact, typebot and instance in one line, and below it a link to the
 * console. `contact` is the address as Temporal may see it; the contact's name is never included.
 */
export function workflowWords(
  { id, instanceId, instanceName, publicId }: Addressee,
  { contact, sessionId, publicUrl }: { contact: string; sessionId: string; publicUrl: string },
): { staticSummary: string; staticDetails: string } {
  const [typebot, instance] = [oneLine(publicId ?? ''), oneLine(instanceName)];
  const lines = [
    `contact ${asCode(contact)} (${asCode(id)})`,
    `typebot ${asCode(typebot)} at the start`,
    `instance ${asCode(instance)} (${asCode(instanceId)})`,
    `[in the console](${publicUrl}/console/conversations/${instanceId}/${sessionId})`,
  ];
  const summary = [contact, typebot, instance].filter(Boolean).join(' · ');
  return { staticSummary: cutBytes(summary), staticDetails: lines.join('\n\n') };
}

function oneLine(name: string): string {
  return cutText(name.replace(/\s+/g, ' ').trim(), MAX_NAME);
}

/** As code, so that names are shown as they are and not as Markdown. */
function asCode(name: string): string {
  return `\`${name.replaceAll('`', "'")}\``;
}

function cutBytes(text: string): string {
  let cut = text;
  while (Buffer.byteLength(cut) > MAX_SUMMARY_BYTES) cut = cutText(cut, cut.length - 1);
  return cut;
}
