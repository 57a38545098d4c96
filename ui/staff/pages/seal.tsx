import { useState } from 'preact/hooks';
import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce, useTyped } from '../../desk/asking.ts';
import { Good } from '../../desk/good.tsx';
import { Fields, Sheet, Trouble } from '../parts.tsx';

/** A box that was taken out is closed in a bag whose number is kept until it is counted. */
export function SealBag({ bag, till }: { readonly bag: string; readonly till: StaffTill }) {
  const { words, go } = usePlace();
  const typed = useTyped();
  const [failure, fail] = useState<Failure | null>(null);
  const [sealed, setSealed] = useState<string | null>(null);
  const { busy, once } = useOnce();
  const device = till.bags.find((one) => one.bag === bag)?.device ?? '';
  const seal = typed.of('seal');
  const book = () =>
    once(async () => {
      if (seal === '') return;
      const answer = await act({ do: 'seal-bag', bag, seal });
      fail(answer.ok ? null : answer);
      if (answer.ok) setSealed(seal);
    });
  return (
    <Sheet title={`${words.seal} · ${bag}`} text={`${device} · ${words.sealText}`}>
      <Trouble failure={failure} />
      {sealed === null ? (
        <>
          <Fields
            fields={[{ key: 'seal', label: words.sealNumber, kind: 'seal' }]}
            values={typed.values}
            onChange={typed.type}
            onEnter={book}
          />
          <Touch look="main" off={busy || seal === ''} onTouch={book}>
            {words.sealDo}
          </Touch>
        </>
      ) : (
        <>
          <Good text={words.sealedAs(sealed)} />
          <Touch look="main" onTouch={() => go({ at: 'home' })}>
            {words.done}
          </Touch>
        </>
      )}
    </Sheet>
  );
}
