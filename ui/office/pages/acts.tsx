import { useState } from 'preact/hooks';
import type { ActLine } from '../../../kiosk/office/server/wire.ts';
import { Touch } from '../../desk/touch.tsx';
import { ask, useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Awaited, Link, Nothing, Row, Sheet, Table } from '../parts.tsx';
import { detailSaid } from '../said.ts';

interface ActTable {
  readonly acts: readonly ActLine[];
}
/** So many come at once; where there are as many, there may be more. */
const pageLength = 100;

/** Who did what, the newest first. */
export function Acts() {
  const place = usePlace();
  const { words, time } = place;
  const own = words.persons;
  const { value, failure } = useReading<ActTable>('acts');
  const [older, setOlder] = useState<readonly ActLine[]>([]);
  const newest = value?.acts ?? [];
  const shown = [...newest, ...older.filter(({ act }) => newest.every((one) => one.act !== act))];
  const more = async () => {
    const answer = await ask<ActTable>(`acts?before=${shown.at(-1)?.act ?? ''}`);
    if (answer.ok) setOlder((before) => [...before, ...answer.value.acts]);
  };
  const heads = [own.actAt, own.person, own.did, own.subject, own.detail];
  return (
    <Sheet title={own.acts} text={own.actsText}>
      {value === null ? (
        <Awaited failure={failure} />
      ) : shown.length === 0 ? (
        <Nothing title={own.noActs} />
      ) : (
        <div class="card card-table">
          <Table label={own.acts} heads={heads}>
            {shown.map(({ act, at, person, did, subject, detail }) => (
              <Row key={act} heads={heads}>
                <span>{time(at)}</span>
                <span>{person}</span>
                <span>{Object.hasOwn(own.dids, did) ? own.dids[did] : did}</span>
                <span class="break">
                  <Subject did={did} subject={subject} />
                </span>
                <span class="break">{detailSaid(place, did, detail)}</span>
              </Row>
            ))}
          </Table>
        </div>
      )}
      {shown.length > 0 && shown.length % pageLength === 0 && (
        <div class="tools">
          <Touch onTouch={() => void more()}>{words.more}</Touch>
        </div>
      )}
    </Sheet>
  );
}

/** What has a page of its own is led to. */
function Subject({ did, subject }: Pick<ActLine, 'did' | 'subject'>) {
  const { words } = usePlace();
  const number = Number(subject);
  if (did.startsWith('rollout-')) return <>{words.rollouts.rollout(number)}</>;
  if (did === 'order') return <Link to={{ at: 'order', number }}>{words.commands.orderNumber(number)}</Link>;
  return <>{subject}</>;
}
