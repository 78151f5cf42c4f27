import { call } from './call.js';

export class TextEncoder {
  encoding = 'utf-8';
  encode(text = '') {
    return Uint8Array.from(call('encode', String(text)), (char) => char.charCodeAt(0));
  }
}

export class TextDecoder {
  #options;
  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    this.#options = { fatal, ignoreBOM };
    this.encoding = call('encodingOf', String(label));
  }
  decode(bytes = new Uint8Array()) {
    const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : viewOf(bytes);
    return call(
      'decode',
      this.encoding,
      this.#options,
      Array.from(view, (byte) => String.fromCharCode(byte)).join(''),
    );
  }
}

function viewOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
