/** A device, or a serial server, behind `host:port`. */
import { connect, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Port, PortListener, PortProblem } from '../port.ts';

const CONNECT_WITHIN_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;

/** Host and number of a `host:port` name, or null when it is none (a path has a slash). */
export function tcpAddress(name: string): { readonly host: string; readonly port: number } | null {
  const match = /^(\[[0-9a-f:]+\]|[^/:\s]+):(\d{1,5})$/i.exec(name);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535) return null;
  return { host: (match[1] as string).replace(/^\[|\]$/g, ''), port };
}

/** @throws RangeError when the name is not `host:port`. */
export function tcpPort(name: string, clock: Clock): Port {
  const address = tcpAddress(name);
  if (address === null) throw new RangeError(`"${name}" is not host:port`);
  let current: { readonly socket: Socket; readonly end: (problem: PortProblem) => void } | null = null;

  function open(listener: PortListener): void {
    if (current !== null) throw new Error(`the port ${name} is open already`);
    const socket = connect({ ...(address as { host: string; port: number }), noDelay: true });
    let ended = false;
    let wasOpen = false;
    const end = (problem: PortProblem): void => {
      if (ended) return;
      ended = true;
      current = null;
      callOff();
      socket.destroy();
      listener.closed(problem);
    };
    const callOff = clock.after(CONNECT_WITHIN_MS, () => {
      if (!wasOpen) end(refused(name, 'no answer'));
    });
    current = { socket, end };
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('connect', () => {
      wasOpen = true;
      callOff();
      if (!ended) listener.opened();
    });
    socket.on('data', (bytes: Buffer) => {
      if (!ended) listener.received(bytes);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (wasOpen) end(lost(name, error.message));
      else if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') end(missing(name));
      else end(refused(name, error.message));
    });
    socket.on('close', () => end(lost(name, 'the other end closed it')));
  }

  return {
    name,
    open,
    send(bytes, sent) {
      const socket = current?.socket;
      if (socket === undefined || !socket.writable) return;
      socket.write(bytes, (error) => {
        if (!error) sent?.();
      });
    },
    close() {
      current?.end({
        code: 'closed',
        message: `The connection to ${name} was closed; start the program again to open it.`,
      });
    },
  };
}

function lost(name: string, why: string): PortProblem {
  return {
    code: 'lost',
    message: `The connection to ${name} was lost (${why}); check its network, it is opened again by itself.`,
  };
}

function refused(name: string, why: string): PortProblem {
  return {
    code: 'refused',
    message: `${name} does not take the connection (${why}); check that the device is on and the number right.`,
  };
}

function missing(name: string): PortProblem {
  return {
    code: 'missing',
    message: `The host of ${name} is not known; correct it in the name of the port.`,
  };
}
