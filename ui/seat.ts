import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Intent } from '../kiosk/server/wire.ts';
import type { TapGate } from './tap-gate.ts';

/** What a screen can do: send an intent, through the gate that ignores double strikes. */
export interface Seat {
  send(intent: Intent): void;
  readonly gate: TapGate;
}

const SeatContext = createContext<Seat | null>(null);

export const SeatProvider = SeatContext.Provider;

/** The seat of the screen being drawn. Throws when a part is drawn outside of a seat. */
export function useSeat(): Seat {
  const seat = useContext(SeatContext);
  if (seat === null) throw new Error('A part was drawn outside of a seat: wrap it in SeatProvider');
  return seat;
}
