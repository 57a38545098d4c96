/** The simulators by protocol name. Each folder is loaded only when asked for. */
import type { SimulatorFactory } from '../simulated.ts';

const folders: Readonly<Record<string, () => Promise<{ readonly simulate: SimulatorFactory }>>> = {
  id003: () => import('../id003/simulator.ts'),
  escpos: () => import('../escpos/simulator.ts'),
};

export const simulatedProtocols: readonly string[] = Object.keys(folders);

/** @throws Error when there is no simulator of that name; the message lists those there are. */
export async function loadSimulator(protocol: string): Promise<SimulatorFactory> {
  const load = Object.hasOwn(folders, protocol) ? folders[protocol] : undefined;
  if (load === undefined)
    throw new Error(`no simulator for protocol "${protocol}"; there are ${simulatedProtocols.join(', ')}`);
  return (await load()).simulate;
}
