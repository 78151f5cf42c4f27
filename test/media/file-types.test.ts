import { expect, test } from 'vitest';
import { detectMimeType, fileExtension } from '../../src/media/file-types.js';
import { files } from './files.js';

test.each([
  ['image/jpeg', 'jpeg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/svg+xml', 'svg'],
  ['image/tiff', 'tif'],
  ['audio/mpeg', 'mp3'],
  ['audio/ogg', 'ogg'],
  ['audio/mp4', 'm4a'],
  ['audio/aac', 'aac'],
  ['audio/wav', 'wav'],
  ['audio/webm', 'weba'],
  ['video/mp4', 'mp4'],
  ['video/quicktime', 'mov'],
  ['video/mpeg', 'mpeg'],
  ['application/pdf', 'pdf'],
  ['application/msword', 'doc'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/zip', 'zip'],
  ['text/csv', 'csv'],
  ['text/plain', 'txt'],
  ['application/octet-stream', 'bin'],
  ['application/x-nobody-knows', 'bin'],
])('a file of type %s ends in .%s', (mimeType, extension) => {
  expect(fileExtension(mimeType)).toBe(extension);
});

test.each([
  ['the bytes win over a wrong type', files.png, 'image/jpeg', 'image/png'],
  ['the bytes win over a type that would run script', files.png, 'text/html', 'image/png'],
  ['an opus voice note is audio/ogg', files.oggOpus, 'audio/ogg; codecs=opus', 'audio/ogg'],
  [
    'an opus voice note under a foreign name is audio/ogg',
    files.oggOpus,
    'application/octet-stream',
    'audio/ogg',
  ],
  ['an mp4 container said to be audio is audio', files.mp4, 'audio/mp4', 'audio/mp4'],
  ['an mp4 container said to be an image is a video', files.mp4, 'image/png', 'video/mp4'],
  ['an old Word file is known by what was said', files.ole, 'application/msword', 'application/msword'],
  ['an OLE file said to be an image is just that', files.ole, 'image/png', 'application/x-cfb'],
  ['a text has only the type that was said', files.text, 'Text/CSV; charset=utf-8', 'text/csv'],
  ['another name of a type becomes the usual one', files.text, 'image/jpg', 'image/jpeg'],
  ['a type that is none is not kept', files.text, 'text/html\r\nset-cookie: a=b', 'application/octet-stream'],
  ['no type at all', files.text, '', 'application/octet-stream'],
])('%s', async (_, bytes, declared, expected) => {
  expect(await detectMimeType(bytes, declared)).toBe(expected);
});
