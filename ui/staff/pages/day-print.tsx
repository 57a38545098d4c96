import { useState } from 'preact/hooks';
import { act, type Failure } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Trouble } from '../parts.tsx';

/** Sends a report to the printer. */
export function Paper({ name, ask }: { readonly name: string; readonly ask: Parameters<typeof act>[0] }) {
  const { words } = usePlace();
  const [told, tell] = useState<Failure | 'sent' | null>(null);
  const { busy, once } = useOnce();
  const send = () =>
    once(async () => {
      const answer = await act(ask);
      tell(answer.ok ? 'sent' : answer);
    });
  return (
    <div class="choices-column">
      <Touch off={busy} onTouch={send}>
        {name}
      </Touch>
      {told === 'sent' ? <p class="quiet">{words.day.sent}</p> : <Trouble failure={told} />}
    </div>
  );
}
