import { run } from './simulation/run.ts';
const t = process.cpuUsage(); let n = 0, h = 0, m = 0, v = 0;
for (let s = 1; s <= 528; s++) { n++; const r = run(s); h += r.hours; m += r.struck.length === 0 ? 1 : 0; v += r.violations.length; }
console.log(n, 'runs', process.cpuUsage(t).user / 1000 / n, 'ms user each; virtual s', h * 3600 / n, 'unstruck', m, 'violations', v);
