import { useState } from 'preact/hooks';
import type { PairingLine } from '../../../kiosk/office/server/wire.ts';
import { useOnce } from '../../desk/asking.ts';
import { type Failure, order, useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Good } from '../../desk/good.tsx';
import { Awaited, Card, Confirm, Form, Link, Nothing, Row, Sheet, Table, Trouble, Typed } from '../parts.tsx';

interface PairingTable {
  readonly pairings: readonly PairingLine[];
}

export function Pairing() {
  const { words } = usePlace();
  const own = words.kiosks;
  const reading = useReading<PairingTable>('pairings');
  return (
    <Sheet title={words.nav.pairing}>
      <CodeEntry changed={() => void reading.again()} />
      <Card title={own.pairings}>
        {reading.value === null ? (
          <Awaited failure={reading.failure} />
        ) : reading.value.pairings.length === 0 ? (
          <Nothing title={own.noPairings} text={own.noPairingsText} />
        ) : (
          <Waiting pairings={reading.value.pairings} />
        )}
      </Card>
    </Sheet>
  );
}

function Waiting({ pairings }: PairingTable) {
  const { words, time } = usePlace();
  const heads = [words.kiosks.kiosk, words.kiosks.state];
  return (
    <Table label={words.kiosks.pairings} heads={heads}>
      {pairings.map(({ kiosk, since }) => (
        <Row key={kiosk} heads={heads}>
          <strong>{kiosk}</strong>
          <span>{words.kiosks.since(time(since))}</span>
        </Row>
      ))}
    </Table>
  );
}

/** As it is read off a screen: what only stands between its signs does not count. */
export function codeTyped(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '');
}

function CodeEntry({ changed }: { readonly changed: () => void }) {
  const { words } = usePlace();
  const own = words.kiosks;
  const [text, setText] = useState('');
  const [failure, fail] = useState<Failure | null>(null);
  const [paired, setPaired] = useState<string | null>(null);
  const { busy, once } = useOnce();
  const code = codeTyped(text);
  const go = (replace: boolean) =>
    once(async () => {
      const answer = await order<{ readonly kiosk: string }>('pairings', replace ? { code, replace } : { code });
      fail(answer.ok ? null : answer);
      setPaired(answer.ok ? answer.value.kiosk : null);
      if (answer.ok) setText('');
      changed();
    });
  const known = failure?.problem === 'known-kiosk';
  return (
    <Card title={own.pairing}>
      <p class="quiet">{own.pairingText}</p>
      {known ? (
        <Confirm
          text={own.replaceSure}
          does={own.replaceDo}
          off={busy}
          onYes={() => go(true)}
          onNo={() => fail(null)}
        />
      ) : (
        <>
          <Trouble failure={failure} />
          {paired !== null && (
            <>
              <Good text={own.letInDone(paired)} />
              <p>
                <Link to={{ at: 'kiosk', kiosk: paired }}>{own.toKiosk(paired)}</Link>
              </p>
            </>
          )}
          <Form does={own.letIn} off={busy || code === ''} onDo={() => go(false)}>
            <div class="code-entry">
              <Typed label={own.code} value={text} most={40} onChange={setText} />
            </div>
          </Form>
        </>
      )}
    </Card>
  );
}
