/** Pictures of the screen at the moment of a fault, newest last: at most so many, the oldest makes room. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Of a full HD screen about 10 MB together. */
export const mostPictures = 20;

/** Where the next picture goes; its name begins with the time, in UTC. Room is made for it. */
export function nextPicture(folder: string, fault: string, wallMs: number): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = readdirSync(folder)
    .filter((name) => name.endsWith('.png'))
    .toSorted();
  for (const name of kept.slice(0, Math.max(0, kept.length + 1 - mostPictures))) rmSync(join(folder, name));
  const time = new Date(wallMs).toISOString().replaceAll(':', '').replace('.', '');
  return join(folder, `${time} ${fault}.png`);
}
