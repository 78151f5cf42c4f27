/** How the file behind an address is best sent. */
export type MediaKind = 'image' | 'convertedImage' | 'video' | 'audio' | 'document' | 'page';

/** Maps, for an address may end like a member of every object, such as `.constructor`. */
const KINDS: ReadonlyMap<string, MediaKind> = new Map([
  ...kindOf('image', 'jpg jpeg png'),
  // WhatsApp takes none of these as an image.
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

/** What an address points to, by the extension of its path; `page` when it has none that is known. */
export function mediaKind(url: string): MediaKind {
  return KINDS.get(extensionOf(url)) ?? 'page';
}

/** MIME type of an image that WhatsApp cannot show as it is; undefined for all others. */
export function convertedImageType(url: string): string | undefined {
  return IMAGE_TYPES.get(extensionOf(url));
}

/** Last segment of an address's path, decoded; some stores keep a whole path in one segment. */
export function fileNameOf(url: string): string {
  const name = pathOf(url).split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name).split('/').at(-1) ?? '';
  } catch {
    return name;
  }
}

/** The address in what a flow gives for one, be it the code of an embed; undefined when it holds none. */
export function addressIn(text: string | undefined): string | undefined {
  const address = text?.trim();
  if (!address) return undefined;
  if (isInline(address)) return address;
  if (URL.canParse(withScheme(address))) return address;
  return /https?:\/\/[^\s"'<>]+/i.exec(address)?.[0];
}

/** An address with a scheme: hosted videos and hand-typed links come without one. */
export function withScheme(url: string): string {
  if (/^[a-z][a-z\d+.-]*:/i.test(url) && !/^[^/]+:\d+(\/|$)/.test(url)) return url;
  return `https://${url.replace(/^\/\//, '')}`;
}

function extensionOf(url: string): string {
  return /\.([a-z\d]+)$/i.exec(pathOf(url))?.[1]?.toLowerCase() ?? '';
}

/** A file that is written out: megabytes that have no path and no extension. */
function isInline(url: string): boolean {
  return url.startsWith('data:');
}

function pathOf(url: string): string {
  if (isInline(url)) return '';
  const full = withScheme(url);
  return URL.canParse(full) ? new URL(full).pathname : '';
}
