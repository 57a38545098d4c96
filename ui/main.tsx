import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import './theme.css';
import './frame.css';
import { App } from './app.tsx';
import { createConnection, type Socket } from './connection.ts';
import { guardGlass } from './guard.ts';
import { createTapGate } from './tap-gate.ts';

const connection = createConnection({
  open: () => new WebSocket(new URL('socket', location.href.replace(/^http/, 'ws'))) as unknown as Socket,
  // A reloaded page must not use a number again: the daemon would take the touch for one already done.
  firstIntent: Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
});
const gate = createTapGate(() => performance.now());

guardGlass(window);
render(
  <App view={connection.view} away={connection.away} state={connection.state} seat={{ send: connection.send, gate }} />,
  document.getElementById('app')!,
);
