/** Single requests to a device, past its driver: what there is, what was answered, and its wire as it is. */
import { useState } from 'preact/hooks';
import type { StaffConsole } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, useTable } from '../api.ts';
import { consoleWords, requestWords } from '../console-words.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Sheet, Trouble } from '../parts.tsx';
import { useTrace } from '../trace.ts';
import { Confirm } from './machine.tsx';
import { Line } from './trace.tsx';

type Found = NonNullable<StaffConsole['found']>;
type Request = Found['requests'][number];

/** Lines of the wire drawn, the newest. */
const linesDrawn = 20;

export function ConsolePage({ device }: { readonly device: string }) {
  const { words, lang, go } = usePlace();
  const own = consoleWords[lang];
  const table = useTable('console', { device });
  const [chosen, choose] = useState<string | null>(null);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  if (table === null) return null;
  const { found } = table;
  const send = ({ request, effect }: Request) => {
    if (effect === 'moves') choose(request);
    else
      once(async () => {
        const answer = await act({ do: 'console', device, request });
        fail(answer.ok ? null : answer);
      });
  };
  return (
    <Sheet title={`${own.title} · ${device}`} text={own.text} back={() => go({ at: 'device', device })}>
      <div class="console">
        <Trouble failure={failure} />
        {found === null && <p class="quiet">{words.device.gone}</p>}
        {found !== null && found.requests.length === 0 && <p class="quiet">{own.none}</p>}
        {found !== null && found.requests.length > 0 && (
          <>
            {chosen === null ? (
              <Requests found={found} busy={busy} send={send} />
            ) : (
              <Moving device={device} request={chosen} onEnd={() => choose(null)} />
            )}
            <Answers found={found} />
            <Wire device={device} />
          </>
        )}
      </div>
    </Sheet>
  );
}

function Requests(props: { readonly found: Found; readonly busy: boolean; readonly send: (request: Request) => void }) {
  const { words, lang, go } = usePlace();
  const own = consoleWords[lang];
  const { requests, refused, open, last } = props.found;
  const newest = last[0];
  return (
    <section class="card">
      {open !== null ? (
        <p role="status">{own.waits(open)}</p>
      ) : (
        refused !== null && <p role="status">{words.problems[refused]}</p>
      )}
      {requests.map((one) => (
        <div key={one.request} class="line line-tall console-request" data-request={one.request}>
          <div>
            <p class="strong">{one.request}</p>
            <p>{requestWords[one.request]?.[lang]}</p>
            <p class="note">{own[one.effect]}</p>
          </div>
          {one.effect === 'books' ? (
            <Touch onTouch={() => go({ at: 'checks' })}>{own.toChecks}</Touch>
          ) : (
            <Touch
              off={props.busy || refused !== null}
              label={`${own.send}: ${one.request}`}
              onTouch={() => props.send(one)}
            >
              {own.send}
            </Touch>
          )}
          {newest?.request === one.request && open === null && (
            <div class="console-newest">
              <Answered one={newest} />
            </div>
          )}
        </div>
      ))}
    </section>
  );
}

/** What moves something is sent when a second person stands by it. */
function Moving(props: { readonly device: string; readonly request: string; readonly onEnd: () => void }) {
  const { lang } = usePlace();
  const own = consoleWords[lang];
  const { device, request, onEnd } = props;
  return (
    <section class="card" data-moving={request}>
      <h2>{request}</h2>
      <p>{requestWords[request]?.[lang]}</p>
      <Confirm
        right="console-move"
        name={own.send}
        ask={(second) => ({ do: 'console-move', device, request, second })}
        onDone={onEnd}
      />
      <Touch onTouch={onEnd}>{own.cancel}</Touch>
    </section>
  );
}

function Answers({ found: { last } }: { readonly found: Found }) {
  const own = consoleWords[usePlace().lang];
  return (
    <section class="card">
      <h2>{own.last}</h2>
      {last.length === 0 && <p class="quiet">{own.never}</p>}
      {last.map((one) => (
        <div key={one.command} class="line line-tall console-answer" data-outcome={one.outcome}>
          <Answered one={one} />
        </div>
      ))}
    </section>
  );
}

function Answered({ one }: { readonly one: Found['last'][number] }) {
  const { lang, time } = usePlace();
  const own = consoleWords[lang];
  return (
    <div>
      <p>
        <strong>{one.request}</strong>{' '}
        <span class={`chip ${one.outcome === 'answered' ? 'chip-good' : 'chip-stop'}`}>
          {own.outcomes[one.outcome]}
        </span>
      </p>
      <p class="note">
        {time(one.at)} · {[one.by, one.second].filter((person) => person !== null).join(' + ')}
      </p>
      <Answer outcome={one.outcome} answer={one.answer} />
    </div>
  );
}

function Answer({ outcome, answer }: Pick<Found['last'][number], 'outcome' | 'answer'>) {
  const own = consoleWords[usePlace().lang];
  switch (outcome) {
    case 'answered':
      return <pre>{answer.join('\n')}</pre>;
    case 'silent':
      return <p>{own.silent}</p>;
    case 'refused':
      return <p>{own.whys[answer[0] ?? ''] ?? own.whys['not-asked']}</p>;
    case 'given-up':
      return <p>{own.givenUp}</p>;
    default:
      return outcome satisfies never;
  }
}

function Wire({ device }: { readonly device: string }) {
  const { words } = usePlace();
  const { lines, state } = useTrace(device, false);
  return (
    <section class="card">
      <h2>{words.device.trace}</h2>
      {state === 'none' && <p class="quiet">{words.device.noTrace}</p>}
      <ol class="trace">
        {lines
          .filter(({ again }) => !again)
          .slice(-linesDrawn)
          .toReversed()
          .map((line) => (
            <Line key={line.key} line={line} afterMs={line.afterMs} />
          ))}
      </ol>
    </section>
  );
}
