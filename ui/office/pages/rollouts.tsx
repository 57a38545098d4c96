import type { RolloutLine } from '../../../kiosk/office/server/wire.ts';
import { useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Awaited, Link, Mark, Nothing, Row, Sheet, Table } from '../parts.tsx';
import { Progress, statusTones } from '../progress.tsx';
import { whomSaid } from '../said.ts';

export function Rollouts() {
  const { words, may } = usePlace();
  const own = words.rollouts;
  const { value, failure } = useReading<{ readonly rollouts: readonly RolloutLine[] }>('rollouts');
  const toPublish = may('publish') ? (
    <Link to={{ at: 'publish', kiosk: null }} look="touch">
      {own.publish}
    </Link>
  ) : undefined;
  return (
    <Sheet title={words.nav.rollouts} tools={toPublish}>
      {value === null ? (
        <Awaited failure={failure} />
      ) : value.rollouts.length === 0 ? (
        <Nothing title={own.noRollouts} text={own.noRolloutsText} />
      ) : (
        <div class="card card-table">
          <RolloutTable lines={value.rollouts} />
        </div>
      )}
    </Sheet>
  );
}

function RolloutTable({ lines }: { readonly lines: readonly RolloutLine[] }) {
  const { words, time } = usePlace();
  const own = words.rollouts;
  const heads = [own.rolloutWord, own.whom, own.status, own.progress, own.began];
  return (
    <Table label={words.nav.rollouts} heads={heads}>
      {lines.map((line) => (
        <Row key={line.rollout} heads={heads}>
          <Link to={{ at: 'rollout', rollout: line.rollout }}>{own.rollout(line.rollout)}</Link>
          <span>{whomSaid(words, line.whom)}</span>
          <Mark tone={statusTones[line.status]}>{own.statuses[line.status]}</Mark>
          <Progress line={line} />
          <span>{own.beganBy(line.beganBy, time(line.beganAt))}</span>
        </Row>
      ))}
    </Table>
  );
}
