/** When everything is well again somebody pays a bill to the note: a kiosk that does nothing wrong because it does nothing is found. */
import type { World } from './world.ts';

const billMinor = 1_000;
const stepMs = 700;
const patienceMs = 40_000;

/** Pays one bill and takes its receipt; `papers` counts what really came out. Null when all of it went well. */
export function cannotPay(world: World, papers: () => number): string | null {
  world.tell('a last customer comes, when all is well');
  const number = world.biller.issue(billMinor);
  const booked = () => [...world.biller.ledger.values()].some((payment) => payment.number === number);
  const endMs = world.clock.monoMs() + patienceMs;
  const papersBefore = papers();
  let inside = false;
  while (world.clock.monoMs() < endMs) {
    if (booked() && world.kiosk?.session === null) {
      return papers() > papersBefore ? null : 'all is well again and no receipt comes out';
    }
    inside = act(world, number, inside);
    world.clock.runUntil(world.clock.monoMs() + stepMs);
  }
  const at = world.kiosk?.session?.stage.at ?? 'nobody’s screen';
  return `all is well again and a bill cannot be paid: it ends at ${at}, the note is ${inside ? 'in' : 'not in'}`;
}

/** The next thing to do; answers whether the note was taken in. */
function act(world: World, number: string, inside: boolean): boolean {
  const stage = world.kiosk?.session?.stage;
  switch (stage?.at) {
    case undefined:
      if (!inside) world.ask({ do: 'begin' });
      return inside;
    case 'welcome':
      world.ask({ do: 'task', task: 'pay-bill' });
      return inside;
    case 'find-bill':
      if (stage.lookup === null) world.ask({ do: 'find-bill', number });
      return inside;
    case 'review':
      if (stage.recheck === null) world.ask({ do: 'confirm-bill' });
      return inside;
    case 'choose':
      world.ask({ do: 'method', method: 'cash' });
      return inside;
    case 'promise':
      world.ask({ do: 'agree' });
      return inside;
    case 'pay-cash':
      return inside || world.act('acceptor', { action: 'insert', minor: billMinor }).ok;
    case 'documents':
      if (stage.out) world.ask({ do: 'finish' });
      else if (stage.print === null) world.ask({ do: 'document', choice: stage.noPaper ? 'none' : 'paper' });
      return inside;
    default:
      world.ask({ do: 'finish' });
      return inside;
  }
}
