import { useState } from 'preact/hooks';
import type { Bench } from './state.ts';

/** Everything that happened, newest first. What the host asks of a device is shown on demand. */
export function EventLog({ bench }: { readonly bench: Bench }) {
  const [commands, setCommands] = useState(false);
  const shown = bench.events.value.filter((event) => commands || event.event !== 'command');
  return (
    <section class="panel log" aria-label="Events">
      <div class="log-head">
        <h2>
          Events <span lang="zh-CN">事件</span>
        </h2>
        <label class="check">
          <input type="checkbox" checked={commands} onChange={() => setCommands(!commands)} />
          commands
        </label>
        <button type="button" class="tool" onClick={bench.clearEvents}>
          Clear
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled list has to be reached by keys */}
      <ol class="log-lines" tabIndex={0}>
        {shown.map((event) => (
          <li key={event.id} data-kind={kindOf(event.event)}>
            <time>{event.at.slice(11, 19)}</time>
            <span class="log-device">{event.device ?? ''}</span>
            <span class="log-event">{event.event}</span>
            <span class="log-details">{event.details}</span>
          </li>
        ))}
        {shown.length === 0 && <li class="hint">Nothing has happened yet.</li>}
      </ol>
    </section>
  );
}

function kindOf(event: string): string {
  if (event === 'note.stacked' || event === 'vend.acknowledged') return 'good';
  if (event === 'note.rejected' || event === 'note.returned') return 'back';
  if (/^(power\.cut|line\.cut|jammed|cashbox\.removed)$/.test(event)) return 'bad';
  return 'plain';
}
