import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A port in front of a server that a test can close and open again: closed, connections are refused. */
export interface Doorway {
  url: string;
  /** Cuts every connection and refuses new ones. */
  shut(): Promise<void>;
  /** Takes connections again, on the same port. */
  open(): Promise<void>;
  /** As a silent failover: what is sent on the connections of now is lost and nobody is told; new ones work. */
  deafen(): void;
}

/** Starts it open. The caller shuts it at the end. */
export async function startDoorway(target: string): Promise<Doorway> {
  const { hostname, port: targetPort, pathname } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const pass = (socket: Socket) => {
    const onward = connect(Number(targetPort), hostname);
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => undefined).on('close', () => sockets.delete(end));
    }
    socket.pipe(onward).pipe(socket);
  };
  const open = async () => {
    server = createServer(pass).listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const shut = async () => {
    const closing = server && once(server, 'close');
    server?.close();
    for (const socket of sockets) socket.destroy();
    await closing;
    server = undefined;
  };
  await open();
  const deafen = () => {
    for (const socket of sockets) socket.unpipe().resume();
  };
  return { url: `http://127.0.0.1:${port}${pathname === '/' ? '' : pathname}`, shut, open, deafen };
}
