/** From a register to degrees that are worth telling. */
import type { Thermometer } from './settings.ts';
import { tell, type Work } from './state.ts';

/** What it has to change by to be told again, and to come back by from beyond a limit. */
const STEP_TENTHS = 10;
/** No cabinet is colder or hotter: a broken sensor reads as the lowest or the highest value. */
const COLDEST_TENTHS = -600;
const HOTTEST_TENTHS = 1_250;

/** `value` as read, two's complement. */
export function degreesRead(work: Work, { scale, low, high }: Thermometer, value: number): void {
  const { s } = work;
  const celsiusTenths = Math.round(((value << 16) >> 16) * scale * 10);
  s.sensorBad = celsiusTenths < COLDEST_TENTHS || celsiusTenths > HOTTEST_TENTHS;
  if (s.sensorBad) return;
  const before = s.temperature;
  const limit = limitOf(celsiusTenths, low * 10, high * 10, before?.limit ?? 'ok');
  if (before !== null && before.limit === limit && Math.abs(celsiusTenths - before.tenths) <= STEP_TENTHS) return;
  s.temperature = { tenths: celsiusTenths, limit };
  tell(work, { fact: 'temperature', celsiusTenths, limit });
}

function limitOf(tenths: number, low: number, high: number, before: 'low' | 'ok' | 'high'): 'low' | 'ok' | 'high' {
  if (tenths >= high - (before === 'high' ? STEP_TENTHS : 0)) return 'high';
  return tenths <= low + (before === 'low' ? STEP_TENTHS : 0) ? 'low' : 'ok';
}
