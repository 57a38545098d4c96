/**
 * What a page does besides in the kiosk's own browser, the one that its address gave a mark: it draws the beacon in two
 * corners, as long as it can draw at all, and shows the targets of a touch check. In any other browser nothing of this is
 * there. The mark stays with the tab, from one page of the kiosk to the other.
 */
import { beaconValues, cellPx, type Colour, drawBeacon } from '../hardware/display/beacon.ts';
import { type TouchDown, type TouchPlace, touchPath, type TouchUp } from '../kiosk/server/wire.ts';
import './own-glass.css';

const markKey = 'beacon';
const drawEveryMs = 450;
const againMs = 3_000;
/** Longer than any check: a daemon that went away under it leaves no glass covered. */
const targetsMs = 30_000;
/** A touch that comes late must not reach what lay under the targets. */
const coverMs = 600;
const corners = ['left:0;bottom:0', 'right:0;top:0'];
/** Above whatever a page lays over itself. */
const onTop = 'position:fixed;pointer-events:none;z-index:2147483647';

export function beOwnGlass(page: Window): void {
  const mark = markOf(page);
  if (mark === null) return;
  showBeacon(page, mark);
  waitForTargets(page);
}

function markOf(page: Window): number | null {
  const asked = new URLSearchParams(page.location.hash.slice(1)).get(markKey);
  if (asked !== null) page.sessionStorage.setItem(markKey, asked);
  const text = page.sessionStorage.getItem(markKey) ?? '';
  const mark = Number(text);
  return /^\d{1,4}$/.test(text) && mark < beaconValues ? mark : null;
}

function showBeacon(page: Window, mark: number): void {
  const strips = corners.map((corner) => {
    const strip = page.document.createElement('canvas');
    strip.setAttribute('aria-hidden', 'true');
    strip.style.cssText = `${onTop};${corner};height:${cellPx}px;image-rendering:pixelated`;
    page.document.body.append(strip);
    return strip;
  });
  let count = 0;
  const draw = () => {
    const cells = drawBeacon({ mark, count });
    for (const strip of strips) paint(strip, cells);
    count = (count + 1) % beaconValues;
    // Drawn only when the page is: a page that is not painted any more stands still.
    page.setTimeout(() => page.requestAnimationFrame(draw), drawEveryMs);
  };
  draw();
}

function paint(strip: HTMLCanvasElement, cells: readonly Colour[]): void {
  strip.width = cells.length;
  strip.height = 1;
  strip.style.width = `${cells.length * cellPx}px`;
  const context = strip.getContext('2d');
  if (context === null) return;
  for (const [i, [red, green, blue]] of cells.entries()) {
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    context.fillRect(i, 0, 1, 1);
  }
}

function waitForTargets(page: Window): void {
  const socket = new WebSocket(new URL(touchPath, page.location.href.replace(/^http/, 'ws')));
  const up = (message: TouchUp) => socket.send(JSON.stringify(message));
  let cover: HTMLElement | null = null;
  let ending: number | undefined;
  const endAfter = (ms: number) => {
    page.clearTimeout(ending);
    ending = page.setTimeout(end, ms);
  };
  const end = () => {
    page.clearTimeout(ending);
    cover?.remove();
    cover = null;
  };
  socket.onmessage = ({ data }) => {
    const down = JSON.parse(String(data)) as TouchDown;
    if (down.type === 'end') {
      endAfter(coverMs);
      return;
    }
    end();
    cover = coverWith(page, down.places, down.words[page.document.documentElement.lang === 'en' ? 'en' : 'zh-CN'], up);
    endAfter(targetsMs);
    page.requestAnimationFrame(() => page.requestAnimationFrame(() => up({ type: 'shown' })));
  };
  socket.onclose = () => {
    end();
    page.setTimeout(() => waitForTargets(page), againMs);
  };
}

/** The targets over the whole page; tells where it is touched. */
function coverWith(
  page: Window,
  places: readonly TouchPlace[],
  words: string,
  up: (message: TouchUp) => void,
): HTMLElement {
  const cover = page.document.createElement('div');
  cover.className = 'touch-check';
  cover.setAttribute('role', 'status');
  cover.textContent = words;
  for (const { x, y } of places) {
    const target = page.document.createElement('i');
    target.style.left = `${x / 10}%`;
    target.style.top = `${y / 10}%`;
    cover.append(target);
  }
  cover.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    const { innerWidth, innerHeight } = page;
    const part = (px: number, of: number) => Math.min(1_000, Math.max(0, Math.round((px * 1_000) / of)));
    up({ type: 'touched', x: part(event.clientX, innerWidth), y: part(event.clientY, innerHeight) });
  });
  page.document.body.append(cover);
  return cover;
}
