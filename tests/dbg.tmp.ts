import { World } from './simulation/world.ts';
import { run } from './simulation/run.ts';
const P = World.prototype as any; const lo = Number(process.argv[3]), hi = Number(process.argv[4]);
const at = (w: any) => w.clock.monoMs() / 1000;
const show = (w: any, ...x: any[]) => { const t = at(w); if (t >= lo && t <= hi) console.log(t.toFixed(2), ...x); };
const h = P.hear; P.hear = function (r: any, l: any, f: any) { show(this, 'FACT', JSON.stringify(f)); h.call(this, r, l, f); };
const t = P.tell; P.tell = function (l: string) { show(this, l); t.call(this, l); };
const s = P.start; P.start = function (...a: any[]) { s.apply(this, a); const loop = this.process?.loop; if (!loop) return; const parts = loop.parts; const o = parts.onStep; parts.onStep = (e: any, k: any) => { for (const b of e) show(this, '  ENTRY', JSON.stringify(b).slice(0, 300)); if (e.length) show(this, '  STAGE', k.session?.stage.at, String(JSON.stringify(k.session?.stage)).slice(0, 200)); o(e, k); }; };
import { Wire } from './simulation/wire.ts';
const hx = (b: Uint8Array) => [...b].map((x) => x.toString(16).padStart(2, '0')).join(' ');
if (process.argv[5]) { const W = Wire.prototype as any; const fm = W.fromMachine; W.fromMachine = function (b: any) { const t = this.clock.monoMs() / 1000; if (t >= lo && t <= hi) console.log(t.toFixed(3), '   <', hx(b)); fm.call(this, b); }; const rc = W.reach; W.reach = function (b: any) { const t = this.clock.monoMs() / 1000; if (t >= lo && t <= hi) console.log(t.toFixed(3), '   >', hx(b)); rc.call(this, b); }; }
console.log(run(Number(process.argv[2])).violations);
