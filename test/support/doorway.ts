import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastingPort } from './lasting-port.js';

/** A proxy in front of a server, with which a test imitates network faults. */
export interface Doorway {
  url: string;
  /** Closes all connections and refuses new ones. */
  shut(): Promise<void>;
  /** Accepts connections again, on the same port. */
  open(): Promise<void>;
  /** Resets all present connections; new ones work. */
  reset(): void;
  /** Like a silent failover: data on present connections is lost without an error; new ones work. */
  deafen(): void;
  /** Delays everything by `delayMs`, in order; 0 ends this. */
  slow(delayMs: number): void;
  /** Like a network that drops all packets: connections are accepted, but nothing gets through until `thaw`. */
  freeze(): void;
  /** Lets through what `freeze` held back. */
  thaw(): void;
}

/** Starts the proxy. The caller must shut it at the end. */
export async function startDoorway(target: string): Promise<Doorway> {
  const { hostname, port: targetPort, pathname } = new URL(target);
  const pairs = new Set<Pair>();
  const weather: Weather = { delayMs: 0, frozen: undefined };
  let server: Server | undefined;
  const port = await lastingPort();
  const pass = (socket: Socket) => {
    const onward = connect({ port: Number(targetPort), host: hostname, noDelay: true });
    socket.setNoDelay(true);
    const pair: Pair = { ends: [socket, onward], deaf: false };
    pairs.add(pair);
    const forget = () => pairs.delete(pair);
    carry(socket, onward, { pair, weather, forget });
    carry(onward, socket, { pair, weather, forget });
  };
  const open = async () => {
    server = createServer(pass).listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const shut = async () => {
    const closing = server && once(server, 'close');
    server?.close();
    for (const { ends } of pairs) for (const end of ends) end.destroy();
    await closing;
    server = undefined;
  };
  const reset = () => {
    for (const { ends } of pairs) for (const end of ends) end.resetAndDestroy();
  };
  const deafen = () => {
    for (const pair of pairs) pair.deaf = true;
  };
  await open();
  const url = `http://127.0.0.1:${port}${pathname === '/' ? '' : pathname}`;
  return { url, shut, open, reset, deafen, slow: (ms) => void (weather.delayMs = ms), ...freezer(weather) };
}

interface Pair {
  ends: [Socket, Socket];
  deaf: boolean;
}

interface Weather {
  delayMs: number;
  /** Resolves on `thaw`. */
  frozen: Promise<void> | undefined;
}

function freezer(weather: Weather): Pick<Doorway, 'freeze' | 'thaw'> {
  let thaw: () => void = () => undefined;
  return {
    freeze: () => {
      weather.frozen ??= new Promise((resolve) => (thaw = resolve));
    },
    thaw: () => {
      weather.frozen = undefined;
      thaw();
    },
  };
}

/**
 * Forwards one direction, chunk by chunk and in order, with the present delay and freeze. What is held when its sender
 * resets the connection is lost: it would still be with the sender's system, which throws it away then.
 */
function carry(from: Socket, to: Socket, way: { pair: Pair; weather: Weather; forget: () => void }): void {
  const { pair, weather, forget } = way;
  let before = Promise.resolve();
  let isLost = false;
  const later = (deliver: () => unknown) => {
    const dueMs = Date.now() + weather.delayMs;
    before = before.then(async () => {
      const waitMs = dueMs - Date.now();
      if (waitMs > 0) await sleep(waitMs);
      while (weather.frozen) await weather.frozen;
      if (!pair.deaf && !to.destroyed) deliver();
    });
  };
  from.on('data', (piece: Buffer) => later(() => isLost || to.write(piece)));
  from.on('end', () => later(() => void to.end()));
  // When one end closes, so does the other, unless the pair is deaf.
  from.on('error', (error) => {
    isLost ||= weather.frozen !== undefined && 'code' in error && error.code === 'ECONNRESET';
  });
  from.on('close', () => {
    forget();
    later(() => void to.destroySoon());
  });
}
