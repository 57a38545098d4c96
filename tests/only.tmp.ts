import { run } from './simulation/run.ts';
import { faultRows } from './simulation/faults.ts';
const [from, to, which] = process.argv.slice(2).map(Number);
let v = 0, n = 0; let paid = 0;
for (let s = from!; s <= to!; s++) {
  if (which !== undefined && Math.floor(s / faultRows.length) % 7 !== which) continue;
  const r = run(s); n++;
  for (const x of r.violations) { v++; console.log('seed', s, x.slice(0, 300)); }
  paid += r.story.filter((l) => l.includes('cash.dispensed')).length;
}
console.log(n, 'runs', v, 'violations; dispensed lines', paid);
