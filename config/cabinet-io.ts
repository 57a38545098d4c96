/** What the settings of an I/O module say to the kiosk. They read settings that are right, and of others nothing. */
import { fields } from './coherence.ts';

/** The names of the lamps that these settings have. */
export function lampsIn(settings: unknown): readonly string[] {
  return Object.keys(fields(fields(settings).lamps));
}

/** The degrees Celsius at and beyond which nobody begins; null: however cold or hot it is. */
export function temperatureStops(settings: unknown): { readonly low: number | null; readonly high: number | null } {
  const { stopLow, stopHigh } = fields(fields(settings).temperature);
  return { low: degrees(stopLow), high: degrees(stopHigh) };
}

function degrees(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
