import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port in front of a server, through which a test brings in what networks do. */
export interface Doorway {
  url: string;
  /** Cuts every connection and refuses new ones. */
  shut(): Promise<void>;
  /** Takes connections again, on the same port. */
  open(): Promise<void>;
  /** Resets every connection of now; new ones work. */
  reset(): void;
  /** As a silent failover: what is sent on the connections of now is lost and nobody is told; new ones work. */
  deafen(): void;
  /** Everything arrives so much later, in its order; 0 ends it. */
  slow(delayMs: number): void;
  /** As a network that drops every packet: connections are taken and nothing passes, until `thaw`. */
  freeze(): void;
  /** What was held by `freeze` arrives now. */
  thaw(): void;
}

/** Starts it open. The caller shuts it at the end. */
export async function startDoorway(target: string): Promise<Doorway> {
  const { hostname, port: targetPort, pathname } = new URL(target);
  const pairs = new Set<Pair>();
  const weather: Weather = { delayMs: 0, frozen: undefined };
  let server: Server | undefined;
  let port = 0;
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
    ({ port } = server.address() as AddressInfo);
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
  /** Settles when the frost is over. */
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

/** Carries one direction, piece by piece in order: each waits for the one before, its delay and the end of a frost. */
function carry(from: Socket, to: Socket, way: { pair: Pair; weather: Weather; forget: () => void }): void {
  const { pair, weather, forget } = way;
  let before = Promise.resolve();
  const later = (deliver: () => void) => {
    const dueMs = Date.now() + weather.delayMs;
    before = before.then(async () => {
      const waitMs = dueMs - Date.now();
      if (waitMs > 0) await sleep(waitMs);
      while (weather.frozen) await weather.frozen;
      if (!pair.deaf && !to.destroyed) deliver();
    });
  };
  from.on('data', (piece: Buffer) => later(() => void to.write(piece)));
  from.on('end', () => later(() => void to.end()));
  // An end that closes closes the other; on a deaf pair nobody hears of it.
  from.on('error', () => undefined);
  from.on('close', () => {
    forget();
    later(() => void to.destroySoon());
  });
}
