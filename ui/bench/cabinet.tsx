import { type Cash, type Device, formatMinor, type Unit } from './api.ts';
import { noteColours, PlayNote } from './note.tsx';
import type { Bench } from './state.ts';

/** The cabinet as it stands there: glass, slot, printer mouth, cash box. Every note is drawn where it is. */
export function Cabinet({ bench }: { readonly bench: Bench }) {
  const acceptor = bench.devices.value.find((device) => device.kind === 'note-acceptor');
  const printer = bench.devices.value.find((device) => device.kind === 'printer');
  return (
    <section class="cabinet" aria-label="Cabinet">
      <div class="cabinet-glass">
        <span>Kiosk screen</span>
        <span lang="zh-CN">屏幕</span>
      </div>
      {acceptor !== undefined && <Acceptor bench={bench} device={acceptor} />}
      {printer !== undefined && <Printer bench={bench} device={printer} />}
      {acceptor !== undefined && <CashBox bench={bench} device={acceptor} />}
    </section>
  );
}

function cashIn(device: Device, name: Unit['unit']): readonly Cash[] {
  return (device.units?.find((unit) => unit.unit === name)?.cash ?? []).filter((cash) => cash.count > 0);
}

/** The sum of a unit in minor units. */
export function totalOf(device: Device | undefined, name: Unit['unit']): number {
  return device === undefined ? 0 : cashIn(device, name).reduce((sum, cash) => sum + cash.minor * cash.count, 0);
}

function Acceptor({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const waiting = cashIn(device, 'slot')[0];
  const inside = cashIn(device, 'escrow')[0];
  const faults = device.faults ?? [];
  return (
    <div class="fascia" data-off={device.power ? undefined : ''}>
      <div class="fascia-head">
        <span>
          Notes <span lang="zh-CN">纸币口</span>
        </span>
        <Lamp device={device} />
      </div>
      <div class="slot" data-slot-target data-jam={faults.includes('jam') ? '' : undefined}>
        <span class="slot-mouth" />
        {inside !== undefined && (
          <span class="slot-note slot-note-inside">
            <PlayNote minor={inside.minor} />
          </span>
        )}
        {waiting !== undefined && (
          <button
            type="button"
            class="slot-note slot-note-out"
            aria-label={`Take the ${formatMinor(waiting.minor)} note back`}
            onClick={() => void bench.doTo(`devices/${device.id}`, { action: 'take' })}
          >
            <PlayNote minor={waiting.minor} />
          </button>
        )}
      </div>
      <p class="fascia-words" role="status">
        {waiting !== undefined
          ? `${formatMinor(waiting.minor)} came back: touch it to take it`
          : inside !== undefined
            ? `${formatMinor(inside.minor)} is inside, not yet in the box`
            : faults.length > 0
              ? faults.join(', ')
              : 'Empty'}
      </p>
    </div>
  );
}

function Printer({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const url = bench.paper.value[device.id];
  return (
    <div class="fascia" data-off={device.power ? undefined : ''}>
      <div class="fascia-head">
        <span>
          Receipts <span lang="zh-CN">出票口</span>
        </span>
        <Lamp device={device} />
      </div>
      <div class="mouth">
        <span class="slot-mouth" />
        {url !== undefined && (
          <button
            type="button"
            class="paper"
            aria-label="Tear off the paper"
            onClick={() => void bench.tear(device.id)}
          >
            <img src={url} alt="The paper that was printed" />
          </button>
        )}
      </div>
      <p class="fascia-words" role="status">
        {url !== undefined ? 'Touch the paper to tear it off' : device.faults?.join(', ') || 'No paper out'}
      </p>
    </div>
  );
}

function Lamp({ device }: { readonly device: Device }) {
  const state = !device.power ? 'off' : !device.line ? 'unplugged' : (device.faults?.length ?? 0) > 0 ? 'fault' : 'on';
  const words = { off: 'no power', unplugged: 'cable out', fault: device.faults?.join(', ') ?? '', on: 'on' }[state];
  return (
    <span class="lamp" data-state={state}>
      {words}
    </span>
  );
}

function CashBox({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const out = device.faults?.includes('cash box out') === true;
  const cash = [...cashIn(device, 'box')].sort((a, b) => b.minor - a.minor);
  const act = out ? 'insert cashbox' : 'remove cashbox';
  return (
    <div class="box" data-out={out ? '' : undefined}>
      <div class="box-head">
        <span>
          Cash box <span lang="zh-CN">钱箱</span>
        </span>
        <strong>{formatMinor(totalOf(device, 'box'))}</strong>
      </div>
      <ul class="box-cash">
        {cash.map((one) => (
          <li key={one.minor} style={{ '--note-ink': noteColours(one.minor)[0] }}>
            <span class="box-stack" style={{ height: `${Math.min(48, 6 + one.count * 3)}px` }} />
            <span>{formatMinor(one.minor)}</span>
            <span>× {one.count}</span>
          </li>
        ))}
        {cash.length === 0 && <li class="hint">{out ? 'Pulled out' : 'Empty'}</li>}
      </ul>
      <button type="button" class="tool" onClick={() => void bench.doTo(`devices/${device.id}`, { action: act })}>
        {out ? 'Put an empty box in 装入' : 'Pull the box 取出'}
      </button>
    </div>
  );
}
