/** The browser's side of the socket, without a browser: launch code, cookie, Views down and intents up. */
import { randomUUID } from 'node:crypto';
import { type Down, type Intent, type ScreenName, socketPath, type Up, type View } from '../../kiosk/server/wire.ts';

export interface Glass {
  ask(intent: Intent, screen: ScreenName): void;
  close(): void;
}

/** Opens the glass at a launch URL; `onView` gets every View that comes. */
export async function openGlass(launchUrl: string, onView: (view: View) => void): Promise<Glass> {
  const answer = await fetch(launchUrl, { redirect: 'manual' });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`the launch code was not taken: ${answer.status} ${await answer.text()}`);
  const { origin, host } = new URL(launchUrl);
  // Node takes headers here, which the types of a browser do not know.
  const headers = { headers: { cookie, origin } } as unknown as string[];
  const socket = new WebSocket(`ws://${host}${socketPath}?page=${randomUUID()}`, headers);
  let asked = 0;
  socket.addEventListener('message', ({ data }) => {
    const down = JSON.parse(String(data)) as Down;
    if (down.type === 'view') onView(down.view);
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('the socket was not let in')));
  });
  return {
    ask(intent, screen) {
      if (socket.readyState !== WebSocket.OPEN) return;
      asked += 1;
      socket.send(JSON.stringify({ type: 'intent', number: asked, screen, intent } satisfies Up));
    },
    close: () => socket.close(),
  };
}
