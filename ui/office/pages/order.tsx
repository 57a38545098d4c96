import type { OrderPage } from '../../../kiosk/office/server/wire.ts';
import { Facts } from '../../desk/facts.tsx';
import { useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Awaited, Card, Link, Mark, Row, Sheet, Table } from '../parts.tsx';
import { OrderProgress } from '../progress.tsx';
import { actSaid, commandTones, orderedSaid } from '../said.ts';
import { Result } from './commands.tsx';

/** One order: how far each of its kiosks is, and what came of it there. */
export function OrderView({ number }: { readonly number: number }) {
  const place = usePlace();
  const { words, time } = place;
  const own = words.commands;
  const { value, failure } = useReading<OrderPage>(`commands/${number}`);
  if (value === null) {
    return (
      <Sheet title={own.orderNumber(number)}>
        <Awaited failure={failure} />
      </Sheet>
    );
  }
  return (
    <Sheet title={own.orderNumber(number)}>
      <Card title={actSaid(place, value.order)}>
        <OrderProgress line={value} named />
        <Facts
          facts={[
            [own.whom, orderedSaid(place, value.whom)],
            [own.orderedAt, own.orderedBy(value.orderedBy, time(value.orderedAt))],
            [own.priority, own.priorities[value.priority]],
            [own.deadline, time(value.deadline)],
          ]}
        />
      </Card>
      <div class="card card-table">
        <KioskTable kiosks={value.kiosks} />
      </div>
    </Sheet>
  );
}

function KioskTable({ kiosks }: { readonly kiosks: OrderPage['kiosks'] }) {
  const { words, time } = usePlace();
  const own = words.commands;
  const heads = [words.kiosks.kiosk, words.kiosks.state, own.result];
  return (
    <Table label={words.nav.kiosks} heads={heads}>
      {kiosks.map((command) => (
        <Row key={command.kiosk} heads={heads}>
          <Link to={{ at: 'kiosk', kiosk: command.kiosk }}>{command.kiosk}</Link>
          <span>
            <Mark tone={commandTones[command.status]}>{own.commandStatuses[command.status]}</Mark>
            {command.endedAt !== null && <span class="note">{time(command.endedAt)}</span>}
          </span>
          {command.away ? <Mark tone="caution">{own.isAway}</Mark> : <Result command={command} />}
        </Row>
      ))}
    </Table>
  );
}
