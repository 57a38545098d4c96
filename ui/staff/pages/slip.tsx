import { useState } from 'preact/hooks';
import type { StaffSlip } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { Touch } from '../../desk/touch.tsx';
import { useOnce, useTyped } from '../../desk/asking.ts';
import { Good } from '../../desk/good.tsx';
import { Fields, Sheet, Trouble, useSecond } from '../parts.tsx';

type AskedSecond = ReturnType<typeof useSecond>;

/** A slip that the window pays: looked up by number and code, then booked, and worth nothing more. */
export function PaySlip() {
  const { words, money, go } = usePlace();
  const typed = useTyped();
  const [slip, set] = useState<StaffSlip | null>(null);
  const [paid, setPaid] = useState(false);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const ask = (pay: boolean, second: AskedSecond | null = null) =>
    once(async () => {
      const slipTyped = { serial: typed.of('serial'), code: typed.of('code') };
      const answer = await act({ do: 'pay-slip', ...slipTyped, pay, second: second?.asked ?? null });
      second?.heard(answer);
      fail(answer.ok ? null : answer);
      if (!answer.ok) return;
      set(answer.slip ?? null);
      setPaid(pay);
    });
  const off = busy || typed.of('serial') === '' || typed.of('code') === '';
  const again = () => {
    set(null);
    fail(null);
    typed.clear('serial', 'code');
  };
  if (slip === null) {
    return (
      <Sheet title={words.paySlip} text={words.paySlipText}>
        <Trouble failure={failure} />
        <Fields
          fields={[
            { key: 'serial', label: words.slipNumber, kind: 'number' },
            { key: 'code', label: words.slipCode, kind: 'slip-code' },
          ]}
          values={typed.values}
          onChange={typed.type}
          onEnter={() => !off && ask(false)}
        />
        <Touch look="main" off={off} onTouch={() => ask(false)}>
          {words.look}
        </Touch>
      </Sheet>
    );
  }
  return (
    <Sheet title={words.paySlip} back={again}>
      <Trouble failure={failure} />
      {paid && <Good text={`${words.caseWords.paid} ${money(slip.minor)}`} />}
      <section class="card">
        <div class="line">
          <h2>{words.amount}</h2>
          <span class="large strong">{money(slip.minor)}</span>
        </div>
        <SlipFacts slip={slip} justPaid={paid} />
      </section>
      {slip.state === 'open' ? (
        <Pay key={slip.serial} minor={slip.minor} busy={busy} pay={(second) => ask(true, second)} />
      ) : (
        <div class="choices">
          <Touch onTouch={again}>{words.nextSlip}</Touch>
          <Touch look="main" onTouch={() => go({ at: 'home' })}>
            {words.done}
          </Touch>
        </div>
      )}
    </Sheet>
  );
}

interface PayProps {
  readonly minor: number;
  readonly busy: boolean;
  readonly pay: (second: AskedSecond) => void;
}

/** Whoever has agreed to the refund that it comes of is asked for a second person. */
function Pay({ minor, busy, pay }: PayProps) {
  const { words, money } = usePlace();
  const second = useSecond('pay-slip');
  return (
    <>
      {second.fields(() => pay(second))}
      <Touch look="main" off={busy || second.lacks} onTouch={() => pay(second)}>
        {words.bookPaid(money(minor))}
      </Touch>
    </>
  );
}

/** What the journal has of a slip: whether it still counts, and else when and where it ended, which is well when it is just done. */
export function SlipFacts({ slip, justPaid = false }: { readonly slip: StaffSlip; readonly justPaid?: boolean }) {
  const { words, time, now, lang } = usePlace();
  const where = slip.kiosk ?? `${now.kiosk}, ${now.place[lang]}`;
  const ended =
    slip.at === null
      ? words.slipCounts
      : slip.state === 'redeemed'
        ? words.slipRedeemed(time(slip.at), where, slip.receipt)
        : words.slipPaid(time(slip.at), slip.by ?? '');
  return (
    <Facts
      facts={[
        [words.slip, `${slip.serial} · ${words.issued} ${time(slip.issuedAt)}`],
        [words.slipState, <span class={slip.state === 'open' || justPaid ? 'strong' : 'stop strong'}>{ended}</span>],
      ]}
    />
  );
}
