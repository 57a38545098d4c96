/** Whom an order reaches: how many, who is away, who will refuse it; and it is given from here. */
import { useState } from 'preact/hooks';
import type { CommandAct, Ordered, ReachLine } from '../../../kiosk/office/server/wire.ts';
import { useOnce } from '../../desk/asking.ts';
import { Touch } from '../../desk/touch.tsx';
import { type Failure, order } from '../api.ts';
import { type Place, usePlace } from '../desk.ts';
import { Card, Confirm, Link, Mark, Row, Table, Trouble } from '../parts.tsx';
import { Parts } from '../progress.tsx';
import { hashOf } from '../route.ts';
import { doesSaid, resultSaid } from '../said.ts';
import { presenceTones } from './kiosks.tsx';
import { type Draft, isDisruptive, whenSaid } from './order-form.tsx';

/** Whom the office found for which order: only that is given. */
export interface Reach {
  readonly whom: Ordered;
  readonly order: CommandAct;
  readonly kiosks: readonly ReachLine[];
}

const steps = ['here', 'away', 'never', 'refused'] as const;
type Step = (typeof steps)[number];

function stepOf({ presence, refusal }: ReachLine): Step {
  return refusal === null ? presence : 'refused';
}

interface ReachProps {
  readonly reach: Reach;
  readonly draft: Draft;
}

export function ReachCard({ reach, draft }: ReachProps) {
  const { words } = usePlace();
  const own = words.commands;
  const { kiosks } = reach;
  const parts = steps.map((step) => ({
    ...{ step, name: own.reachSteps[step] },
    count: kiosks.filter((line) => stepOf(line) === step).length,
  }));
  const special = kiosks.filter((line) => stepOf(line) !== 'here');
  const others = kiosks.filter((line) => stepOf(line) === 'here').map(({ kiosk }) => kiosk);
  return (
    <Card title={own.reaches}>
      <Parts said={own.reachesOf(kiosks.length)} parts={parts} named />
      {special.length > 0 && <SpecialTable lines={special} />}
      {others.length > 0 && <Others names={others} all={special.length === 0} />}
      <Give reach={reach} draft={draft} />
    </Card>
  );
}

/** Those of which something is to be known. */
function SpecialTable({ lines }: { readonly lines: readonly ReachLine[] }) {
  const { words } = usePlace();
  const own = words.commands;
  const heads = [words.kiosks.kiosk, words.kiosks.state, own.expect];
  return (
    <Table label={own.reaches} heads={heads}>
      {lines.map(({ kiosk, presence, refusal }) => (
        <Row key={kiosk} heads={heads}>
          <Link to={{ at: 'kiosk', kiosk }}>{kiosk}</Link>
          <Mark tone={presence === 'away' ? 'caution' : presenceTones[presence]}>
            {words.kiosks.presence[presence]}
          </Mark>
          {refusal === null ? (
            <span>{presence === 'never' ? own.whenHere : own.whenBack}</span>
          ) : (
            <Mark tone="stop">{own.willRefuse(resultSaid(words, refusal))}</Mark>
          )}
        </Row>
      ))}
    </Table>
  );
}

function Others({ names, all }: { readonly names: readonly string[]; readonly all: boolean }) {
  const { words, list } = usePlace();
  if (all) return <p class="quiet break">{list(names)}</p>;
  return (
    <div>
      <p>{words.commands.others(names.length)}</p>
      <p class="quiet break">{list(names)}</p>
    </div>
  );
}

/** What happens then, in one sentence or a few. */
function givenSaid(place: Place, { order: act, kiosks }: Reach, draft: Draft): string {
  const own = place.words.commands;
  const [only] = kiosks;
  const said = [doesSaid(place, act), whenSaid(place, draft), own.untils(draft.minutes)] as const;
  const counts = (step: Step) => kiosks.filter((line) => stepOf(line) === step).length;
  const away = counts('away') + counts('never');
  const many = kiosks.length > 1;
  return place.sentences(
    many || only === undefined ? own.sureMany(kiosks.length, ...said) : own.sure(only.kiosk, ...said),
    own.pauses[act.act] ?? null,
    many && away > 0 ? own.sureAway(away) : null,
    many && counts('refused') > 0 ? own.sureRefuse(counts('refused')) : null,
  );
}

function Give({ reach, draft }: ReachProps) {
  const place = usePlace();
  const own = place.words.commands;
  const [sure, setSure] = useState(false);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const { priority, minutes } = draft;
  const go = () =>
    once(async () => {
      const kiosks = reach.kiosks.map(({ kiosk }) => kiosk);
      const wish = { whom: reach.whom, order: reach.order, priority, minutes, kiosks };
      const answer = await order<{ readonly number: number }>('commands', wish);
      fail(answer.ok ? null : answer);
      setSure(false);
      if (answer.ok) location.hash = hashOf({ at: 'order', number: answer.value.number });
    });
  const text = givenSaid(place, reach, draft);
  const does = own.orderDoFor(reach.kiosks.length);
  return (
    <>
      <Trouble failure={failure} />
      {sure ? (
        <Confirm text={text} does={does} off={busy} onYes={go} onNo={() => setSure(false)} />
      ) : (
        <>
          <p class="remark">{text}</p>
          <div class="tools">
            <Touch look="main" off={busy} onTouch={() => (isDisruptive(draft) ? setSure(true) : void go())}>
              {isDisruptive(draft) ? own.next : does}
            </Touch>
          </div>
        </>
      )}
    </>
  );
}
