import { run } from './simulation/run.ts';
const [from, n, full] = process.argv.slice(2).map(Number);
let v=0; const t=performance.now(); const kinds=new Map();
for (let s=from!; s<from!+n!*4; s+=4) { const r = run(s); v+=r.violations.length; if (r.violations.length || full===2) { console.log(s, r.violations.slice(0,4).map(x=>x.slice(0,300)).join('\n   '), JSON.stringify(r.struck)); if(full) console.log(r.story.join('\n')); } }
console.log(n,'runs',v,'violations',((performance.now()-t)/n!).toFixed(0),'ms each');
