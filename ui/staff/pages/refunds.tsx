import { useState } from 'preact/hooks';
import type { StaffRefunds } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Sheet, Trouble, useSecond } from '../parts.tsx';

type Waiting = StaffRefunds['refunds'][number];

/** Who waits at the glass to be given a sale back, and what of it goes which way. */
export function Refunds() {
  const { words } = usePlace();
  const { table, again } = useReading('refunds');
  const [failure, fail] = useState<Failure | null>(null);
  const nobody = table?.refunds.length === 0;
  return (
    <Sheet title={words.refunds} text={nobody ? words.noRefunds : words.refundsText}>
      <Trouble failure={failure} />
      {table?.refunds.map((one) => (
        <Row key={one.sale} one={one} told={fail} again={again} />
      ))}
    </Sheet>
  );
}

interface RowProps {
  readonly one: Waiting;
  readonly told: (failure: Failure | null) => void;
  readonly again: () => Promise<void>;
}

function Row({ one, told, again }: RowProps) {
  const { words, money, may } = usePlace();
  const { busy, once } = useOnce();
  const second = useSecond('judge-refund');
  const judge = (approve: boolean) =>
    once(async () => {
      const answer = await act({ do: 'judge-refund', sale: one.sale, approve, second: second.asked });
      second.heard(answer);
      told(answer.ok ? null : answer);
      await again();
    });
  return (
    <section class="card">
      <div class="line">
        <h2>{words.refundOf(one.receipt, one.bill)}</h2>
        <span class="large strong">{money(one.minor)}</span>
      </div>
      {one.voucherMinor > 0 && (
        <div class="line">
          <span>{words.refundSlip}</span>
          <span>{money(one.voucherMinor)}</span>
        </div>
      )}
      {one.charges.map(({ method, minor }, at) => (
        <div class="line" key={at}>
          <span>{words.methods[method]}</span>
          <span>{money(minor)}</span>
        </div>
      ))}
      {may('judge-refund') && second.fields(() => judge(true))}
      {may('judge-refund') && (
        <div class="choices">
          <Touch off={busy} onTouch={() => judge(false)}>
            {words.refundNo}
          </Touch>
          <Touch look="main" off={busy || second.lacks} onTouch={() => judge(true)}>
            {words.refundYes(money(one.minor))}
          </Touch>
        </div>
      )}
    </section>
  );
}
