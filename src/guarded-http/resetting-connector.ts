import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

/**
 * Opens connections that are reset (RST), not closed, when a request on them is given up. After a close the system goes
 * on delivering what was written, for minutes where the network holds it back, so that a call that was given up could
 * reach the server beside the one that replaced it. A reset throws it away. undici has no option for this.
 */
export function resettingConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) => {
    if (target.protocol !== 'https:') {
      connect(target, (...[error, tcp]) =>
        error ? callback(error, null) : callback(null, resetting(tcp, tcp)),
      );
      return;
    }
    // Only a TCP socket can be reset, so it is opened by itself before TLS begins on it.
    const port = target.port || '443';
    connect({ ...target, protocol: 'http:', port }, (...[error, tcp]) => {
      if (error) return callback(error, null);
      connect({ ...target, httpSocket: tcp }, (...[refused, tls]) =>
        refused ? callback(refused, null) : callback(null, resetting(tls, tcp)),
      );
    });
  };
}

/** Resets `tcp` whenever `socket`, which is `tcp` or TLS on it, is destroyed with an error. */
function resetting(socket: Socket, tcp: Socket): Socket {
  const destroy = socket.destroy.bind(socket);
  let cause: Error | undefined;
  socket.destroy = (error = cause) => {
    if (error === cause || socket.destroyed) return destroy(error);
    cause = error;
    tcp.resetAndDestroy();
    return destroy(error);
  };
  return socket;
}
