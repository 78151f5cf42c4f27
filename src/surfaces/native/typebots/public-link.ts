import { AppError } from '../../../errors.js';
import { withoutEndSlashes } from '../../../foreign/trim-end.js';
import { isEditorPage } from '../../../setting-rules.js';

/** Where a flow is served, and which flow it is. */
export interface Flow {
  /** Root of the viewer, without a trailing slash. */
  typebot_url: string;
  public_id: string;
}

/**
 * Reads which flow is meant. `typebot_url` is the root of a viewer, or the whole public link that Typebot's Share page
 * shows, whose last segment is the `public_id`, which may then be left out. A root with a path must end with a slash.
 * Throws AppError `invalid_body`.
 */
export function readFlow(given: { typebot_url: string; public_id?: string }): Flow {
  const url = new URL(given.typebot_url);
  const path = withoutEndSlashes(url.pathname);
  if (isEditorPage(url)) {
    throw refused(
      "typebot_url is a page of Typebot's editor: publish the flow and copy the link under Share",
    );
  }
  const [linked, root] = [decoded(path.split('/').at(-1) ?? ''), `${url.origin}${path}`];
  const isLink = linked !== '' && !url.pathname.endsWith('/');
  if (given.public_id === undefined) {
    if (linked === '') throw refused('public_id is required');
    return { typebot_url: parentOf(root), public_id: linked };
  }
  if (linked === given.public_id) return { typebot_url: parentOf(root), public_id: linked };
  if (isLink) {
    throw refused(
      `typebot_url is the link of ${linked}, and public_id is ${given.public_id}: which one is meant?`,
    );
  }
  return { typebot_url: root, public_id: given.public_id };
}

function parentOf(address: string): string {
  return address.slice(0, address.lastIndexOf('/'));
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function refused(message: string): AppError {
  return new AppError('invalid_body', message);
}
