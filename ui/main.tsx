import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import './theme.css';
import './frame.css';
import { socketPath } from '../kiosk/server/wire.ts';
import { App } from './app.tsx';
import { createConnection, type Socket } from './connection.ts';
import { guardGlass } from './guard.ts';
import { beOwnGlass } from './own-glass.ts';
import { createTapGate } from './tap-gate.ts';

// The page has a name of its own, so that the numbers of an earlier page are not taken for its own.
const socketUrl = new URL(`${socketPath}?page=${crypto.randomUUID()}`, location.href.replace(/^http/, 'ws'));

const connection = createConnection({
  open: () => new WebSocket(socketUrl) as unknown as Socket,
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  attended: async () => {
    const answer = await fetch('/health');
    const { glass } = (await answer.json()) as { readonly glass?: unknown };
    return glass !== 'lost';
  },
});
/** A tenth of the narrow side: more than a finger's tremble, less than the way to another button. */
const nearPx = Math.min(innerWidth, innerHeight) / 10;
const gate = createTapGate(() => performance.now(), nearPx);

guardGlass(window);
beOwnGlass(window);
render(
  <App
    view={connection.view}
    away={connection.away}
    state={connection.state}
    seat={{ send: connection.send, gate }}
    takeBack={connection.takeBack}
  />,
  document.getElementById('app')!,
);
