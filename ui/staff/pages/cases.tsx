import { useCallback, useEffect, useState } from 'preact/hooks';
import {
  type CaseFilter,
  caseShows,
  caseSorts,
  type StaffCase,
  type StaffCases,
  type VoidReason,
  voidReasons,
} from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, readTable } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { Choice, Touch } from '../../desk/touch.tsx';
import { useOnce, useTyped } from '../../desk/asking.ts';
import { Good } from '../../desk/good.tsx';
import { Fields, Pad, Sheet, Trouble, useSecond } from '../parts.tsx';
import { EvidenceCard } from './evidence.tsx';
import { Pager, usePage } from './lists.tsx';
import { SlipFacts } from './slip.tsx';

type Found = NonNullable<StaffCase['found']>;

/** Amounts have at most so many digits. */
const mostDigits = 9;

const newestFirst: Pick<CaseFilter, 'show' | 'sort'> = { show: 'open', sort: 'newest' };

/** The cases, open or ended; one that a customer brings is also found by its number. */
export function Cases() {
  const { words, go, money } = usePlace();
  const [from, turn] = useState(0);
  const [{ show, sort }, list] = useState(newestFirst);
  const [about, only] = useState<CaseFilter['about']>(null);
  const table = usePage('cases', from, { show, sort, ...(about === null ? {} : { about }) });
  const typed = useTyped();
  const number = Number(typed.of('number'));
  const find = () => go({ at: 'case', case: number });
  const again = (change: () => void) => {
    turn(0);
    change();
  };
  const kinds = [...new Set((table?.cases ?? []).map((one) => one.about))];
  return (
    <Sheet title={words.cases}>
      <div class="choices">
        {caseShows.map((one) => (
          <Choice key={one} on={one === show} onTouch={() => again(() => list({ show: one, sort: 'newest' }))}>
            {words.caseShows[one]}
          </Choice>
        ))}
      </div>
      {table !== null && table.open.count > 0 && (
        <p class="quiet">{words.openCases(table.open.count, money(table.open.owedMinor))}</p>
      )}
      {table?.cases.length === 0 && <p class="quiet">{about === null ? words.noCases[show] : words.noSuchCase}</p>}
      {table?.cases.map((one) => (
        <Row key={one.case} one={one} />
      ))}
      {table !== null && <Pager from={from} next={table.next} turn={turn} />}
      <section class="card">
        <h2>{words.sortCases}</h2>
        <div class="choices">
          {caseSorts
            .filter((one) => show === 'open' || one !== 'largest')
            .map((one) => (
              <Choice key={one} on={one === sort} onTouch={() => again(() => list({ show, sort: one }))}>
                {words.caseSorts[one]}
              </Choice>
            ))}
        </div>
        <Kinds kinds={kinds} about={about} only={(one) => again(() => only(one))} />
      </section>
      <section class="card">
        <h2>{words.findCase}</h2>
        <Fields
          fields={[{ key: 'number', label: words.caseNumber, kind: 'number' }]}
          values={typed.values}
          onChange={typed.type}
          onEnter={() => number > 0 && find()}
        />
        <Touch off={number === 0} onTouch={find}>
          {words.look}
        </Touch>
      </section>
    </Sheet>
  );
}

interface KindsProps {
  readonly kinds: readonly NonNullable<CaseFilter['about']>[];
  /** The one kind that is shown; null: all of them. */
  readonly about: CaseFilter['about'];
  readonly only: (about: CaseFilter['about']) => void;
}

/** Only of one kind, where there are several. */
function Kinds({ kinds, about, only }: KindsProps) {
  const { words } = usePlace();
  if (about === null && kinds.length < 2) return null;
  return (
    <>
      <h2>{words.caseKinds}</h2>
      <div class="choices-column">
        {about === null ? (
          kinds.map((one) => (
            <Touch key={one} onTouch={() => only(one)}>
              {words.abouts[one]}
            </Touch>
          ))
        ) : (
          <>
            <p>{words.abouts[about]}</p>
            <Touch onTouch={() => only(null)}>{words.allKinds}</Touch>
          </>
        )}
      </div>
    </>
  );
}

/** Its amount is by how much something is more or less than the journal has. */
function isDifference(about: StaffCases['cases'][number]['about']): boolean {
  return about === 'count-differs' || about === 'terminal-differs' || about === 'statement-differs';
}

function Row({ one }: { readonly one: StaffCases['cases'][number] }) {
  const { words, money, signed, go } = usePlace();
  const amount = isDifference(one.about) ? signed : money;
  return (
    <Touch look="row" onTouch={() => go({ at: 'case', case: Number(one.case.slice(1)) })}>
      <span>
        <strong>
          {one.case} · {words.abouts[one.about]}
        </strong>
        {one.subject !== null && <span class="note">{one.subject}</span>}
      </span>
      <span class="row-end">
        {one.owed && <span class="chip chip-stop">{words.owed}</span>}
        {one.status !== 'open' && <span class="chip">{words.caseStates[one.status]}</span>}
        <span class="large strong">{one.minor === null ? words.unknownAmount : amount(one.minor)}</span>
      </span>
    </Touch>
  );
}

/** What a case is about, and how it ended. */
export function CasePage({ number }: { readonly number: number }) {
  const { words, go, may } = usePlace();
  const [table, set] = useState<StaffCase | null>(null);
  const read = useCallback(async () => {
    const found = await readTable('case', number);
    if (found !== null) set(found);
  }, [number]);
  useEffect(() => void read(), [read]);
  const back = () => go({ at: 'cases' });
  if (table === null) return <Sheet title={words.cases} back={back} children={''} />;
  const { found } = table;
  if (found === null)
    return <Sheet title={words.cases} text={words.problems['unknown-case']} back={back} children={''} />;
  return (
    <Sheet title={`${found.case} · ${found.hatchShut ? words.hatchShut : words.abouts[found.about]}`} back={back}>
      {found.settled !== null && <Settled settled={found.settled} />}
      <About found={found} />
      {found.open && may('settle') && <Settle found={found} onDone={() => void read()} />}
      <Told found={found} />
      {may('evidence') && <EvidenceCard key={found.case} number={number} />}
    </Sheet>
  );
}

function Settled({ settled }: { readonly settled: NonNullable<Found['settled']> }) {
  const { words, money, time } = usePlace();
  const { how, minor, reason, by, second, slip } = settled;
  const what = how === 'void' ? words.caseWords.void : `${words.caseWords[how]} ${money(minor)}`;
  const who = [by, ...(second === null ? [] : [second])].join(' + ');
  return (
    <section class="card">
      <Good text={reason === null ? what : `${what} · ${words.reasons[reason]}`} />
      <p class="note">
        {time(settled.at)} · {words.by} {who}
      </p>
      {slip !== null && <SlipFacts slip={slip} />}
    </section>
  );
}

function About({ found }: { readonly found: Found }) {
  const { words, money, signed, time, lang } = usePlace();
  const amount = isDifference(found.about) ? signed : money;
  const facts: readonly (readonly [string, string | null])[] = [
    [words.opened, time(found.at)],
    [words.bill, found.bill === null ? null : `${found.bill.number} · ${found.bill.title[lang]}`],
    [words.receipt, found.receipt],
    [words.machine, found.device],
    [words.aboutWhat, found.subject],
  ];
  return (
    <section class="card">
      <div class="line">
        <h2>{found.owed ? words.owed : words.amount}</h2>
        <span class="headline">{found.minor === null ? words.unknownAmount : amount(found.minor)}</span>
      </div>
      <Facts facts={facts} />
      {found.slip !== null && <SlipFacts slip={found.slip} />}
    </section>
  );
}

/** What the journal has, in its order. */
function Told({ found }: { readonly found: Found }) {
  const { words, money, signed, time } = usePlace();
  const amount = isDifference(found.about) ? signed : money;
  return (
    <section class="card">
      <h2>{words.told}</h2>
      {found.told.map(({ at, what, minor }, n) => (
        <div class="line" key={`${n} ${what}`}>
          <span>
            {time(at)} · {words.caseWords[what]}
          </span>
          {minor !== null && what !== 'void' && <span class="figure">{amount(minor)}</span>}
        </div>
      ))}
    </section>
  );
}

/** How it ended: paid at the window, as a slip, or nothing is owed, and why. */
function Settle({ found, onDone }: { readonly found: Found; readonly onDone: () => void }) {
  const { words, money } = usePlace();
  const slipSpent = found.slip !== null && found.slip.state !== 'open';
  const payable = found.payable && !slipSpent;
  const [how, choose] = useState<'paid' | 'void' | 'voucher' | null>(payable ? null : 'void');
  const [minor, setMinor] = useState(found.slip?.minor ?? found.minor ?? 0);
  const [reason, setReason] = useState<VoidReason | null>(null);
  const second = useSecond('settle');
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const lacks = how === 'void' ? reason === null : minor === 0;
  const off = busy || lacks || second.lacks;
  const book = () =>
    once(async () => {
      if (how === null || lacks) return;
      const ended = how === 'void' ? { how, minor: null, reason } : { how, minor, reason: null };
      const answer = await act({ do: 'settle', case: found.case, ...ended, second: second.asked });
      second.heard(answer);
      fail(answer.ok ? null : answer);
      if (answer.ok) onDone();
    });
  return (
    <section class="card">
      <h2>{words.howEnded}</h2>
      <Trouble failure={failure} />
      {payable && (
        <div class="choices">
          <Choice on={how === 'paid'} onTouch={() => choose('paid')}>
            {words.caseWords.paid}
          </Choice>
          <Choice on={how === 'voucher'} onTouch={() => choose('voucher')}>
            {words.bySlip}
          </Choice>
          <Choice on={how === 'void'} onTouch={() => choose('void')}>
            {words.caseWords.void}
          </Choice>
        </div>
      )}
      {(how === 'paid' || how === 'voucher') && (
        <>
          <p class="quiet">{how === 'paid' ? words.paidText : words.bySlipText}</p>
          {found.slip === null ? (
            <Amount name={how === 'paid' ? words.paidAmount : words.slipAmount} minor={minor} onChange={setMinor} />
          ) : (
            <p class="large strong">{money(found.slip.minor)}</p>
          )}
        </>
      )}
      {how === 'void' && <Reasons ofDebt={found.payable} reason={reason} choose={setReason} />}
      {how !== null && (
        <>
          {second.fields(book)}
          <Touch look="main" off={off} onTouch={book}>
            {how === 'void'
              ? words.bookVoid
              : how === 'paid'
                ? words.bookPaid(money(minor))
                : words.bookSlip(money(minor))}
          </Touch>
        </>
      )}
    </section>
  );
}

function Reasons(props: {
  readonly ofDebt: boolean;
  readonly reason: VoidReason | null;
  readonly choose: (reason: VoidReason) => void;
}) {
  const { words } = usePlace();
  const reasons = voidReasons.filter((one) => props.ofDebt || one !== 'given');
  return (
    <fieldset class="roles">
      <legend>{words.why}</legend>
      {reasons.map((one) => (
        <label key={one} class="role" data-active={one === props.reason ? '' : undefined}>
          <input
            class="role-mark"
            type="radio"
            name="reason"
            checked={one === props.reason}
            onChange={() => props.choose(one)}
          />
          <span>{words.reasons[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface AmountProps {
  readonly name: string;
  readonly minor: number;
  readonly onChange: (minor: number) => void;
}

/** An amount is typed from its last digit on, as at a till. */
function Amount({ name, minor, onChange }: AmountProps) {
  const { money } = usePlace();
  const digits = minor === 0 ? '' : String(minor);
  const typed = (text: string) => onChange(Number(text.replace(/[^0-9]/g, '').slice(0, mostDigits)));
  return (
    <div class="fields">
      <label class="field" data-active="">
        <span>{name}</span>
        <input
          class="entry"
          inputMode="none"
          autocomplete="off"
          value={money(minor)}
          onInput={(event) => typed(event.currentTarget.value)}
        />
      </label>
      <Pad value={digits} most={mostDigits} onChange={typed} />
    </div>
  );
}
