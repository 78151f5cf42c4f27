/**
 * How the file behind an address is best sent. `convertedImage`: an image type that WhatsApp does not show. `page`: the
 * address reveals no file type.
 */
export type MediaKind = 'image' | 'convertedImage' | 'video' | 'audio' | 'document' | 'page';

/** Maps, not objects: an address may end in `.constructor` or another name that every object has. */
const KINDS: ReadonlyMap<string, MediaKind> = new Map([
  ...kindOf('image', 'jpg jpeg png'),
  // WhatsApp shows none of these as an image.
  ...kindOf('convertedImage', 'gif svg webp bmp avif'),
  ...kindOf('video', 'mp4 3gp 3gpp mov webm mkv avi m4v'),
  ...kindOf('audio', 'mp3 ogg oga opus m4a aac amr'),
  ...kindOf(
    'document',
    'pdf doc docx xls xlsx ppt pptx odt ods odp rtf csv txt zip rar 7z tar gz epub json xml ics vcf wav flac',
  ),
]);

const IMAGE_TYPES: ReadonlyMap<string, string> = new Map([
  ['gif', 'image/gif'],
  ['svg', 'image/svg+xml'],
  ['webp', 'image/webp'],
  ['bmp', 'image/bmp'],
  ['avif', 'image/avif'],
]);

function kindOf(kind: MediaKind, extensions: string): [string, MediaKind][] {
  return extensions.split(' ').map((extension) => [extension, kind]);
}

/** Judges by the file extension in the address's path; `page` when there is no known one. */
export function mediaKind(url: string): MediaKind {
  return KINDS.get(extensionOf(url)) ?? 'page';
}

/** MIME type of a `convertedImage` address; undefined for all others. */
export function convertedImageType(url: string): string | undefined {
  return IMAGE_TYPES.get(extensionOf(url));
}

/** The file name in an address, decoded. Some stores encode a whole path (`a%2Fb.pdf`) in the last segment. */
export function fileNameOf(url: string): string {
  const name = pathOf(url).split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name).split('/').at(-1) ?? '';
  } catch {
    return name;
  }
}

/** Longest address that is sent, in UTF-16 units: as much as WhatsApp takes in a text. */
export const MAX_ADDRESS = 4_096;

/**
 * The address in an author's address field, which may hold the HTML of an embed; undefined when there is none, or when
 * it is longer than anybody can open.
 */
export function addressIn(text: string | undefined): string | undefined {
  const address = text?.trim();
  if (!address || isInline(address)) return undefined;
  const found = URL.canParse(withScheme(address)) ? address : /https?:\/\/[^\s"'<>]+/i.exec(address)?.[0];
  return found !== undefined && found.length <= MAX_ADDRESS ? found : undefined;
}

/** As `addressIn`, for an image, which may be of any length if it is in the address itself (`data:`). */
export function imageAddressIn(text: string | undefined): string | undefined {
  const address = text?.trim() ?? '';
  return address.startsWith('data:image/') ? address : addressIn(address);
}

/** Adds `https://` where the scheme is missing, as in hosted videos and hand-typed links. */
export function withScheme(url: string): string {
  if (/^[a-z][a-z\d+.-]*:/i.test(url) && !/^[^/]+:\d+(\/|$)/.test(url)) return url;
  return `https://${url.replace(/^\/\//, '')}`;
}

function extensionOf(url: string): string {
  return /\.([a-z\d]+)$/i.exec(pathOf(url))?.[1]?.toLowerCase() ?? '';
}

/** A `data:` URL: possibly megabytes, with neither path nor extension to look for. */
function isInline(url: string): boolean {
  return url.startsWith('data:');
}

function pathOf(url: string): string {
  if (isInline(url)) return '';
  const full = withScheme(url);
  return URL.canParse(full) ? new URL(full).pathname : '';
}
