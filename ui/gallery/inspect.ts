/**
 * Looks at the drawn screen as a person with a ruler would: every text whole and alone in its place, every target 20 mm,
 * every word of the View there, every word readable. Measures the real DOM; knows nothing of how it was made.
 */
import type { View } from '../../kiosk/server/wire.ts';
import { readColour, type Rgba, over, ratio } from './ink.ts';

export interface Finding {
  readonly kind: 'clipped' | 'overlap' | 'target' | 'contrast' | 'scroll' | 'word';
  readonly where: string;
  readonly what: string;
}

interface Inked {
  readonly element: Element;
  readonly text: string;
  readonly box: DOMRect;
}

const targetMm = 20;
const lowestRatio = 4.5;
/** Nothing that has a shape of its own comes closer to the edge of the glass. */
const edgePx = 8;
/** Half a pixel of rounding is no fault. */
const slackPx = 1.5;
/** What no text is meant to say. */
const noWord = /undefined|null|NaN|\[object/;
/** The part of a line box that ink never reaches, above and below. */
const airOfLine = 0.16;

/** All findings on the screen that shows `view`; an empty list is a good screen. */
export function inspect(view: View): readonly Finding[] {
  const inked = inkedTexts();
  return [
    ...clipped(inked),
    ...overlapping(inked),
    ...targets(),
    ...contrasts(inked),
    ...scrolls(),
    ...words(view, inked),
  ];
}

/**
 * The same for a page of the staff's, which may be longer than the glass: it scrolls as a whole, and nothing in it does.
 * Scrolled to its top.
 */
export function inspectPage(): readonly Finding[] {
  const inked = inkedTexts();
  const heightPx = Math.max(innerHeight, document.documentElement.scrollHeight);
  const bad = inked.filter(({ text }) => noWord.test(text));
  return [
    ...clipped(inked, heightPx),
    ...overlapping(inked),
    ...covered(inked),
    ...targets(heightPx),
    ...contrasts(inked),
    ...scrolls(),
    ...(document.documentElement.scrollWidth > innerWidth
      ? [{ kind: 'scroll', where: 'html', what: 'is wider than the glass' } as const]
      : []),
    ...bad.map((one): Finding => ({ kind: 'word', where: name(one.element), what: `“${one.text}”` })),
  ];
}

function name(element: Element): string {
  const named = element.closest('[class]') ?? element;
  return `${named.tagName.toLowerCase()}.${String(named.getAttribute('class') ?? '').replaceAll(' ', '.')}`;
}

function isShown(element: Element): boolean {
  if (element.closest('[inert], .sr') !== null) return false;
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

function inkedTexts(): readonly Inked[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found: Inked[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (element === null || text === '' || /^(script|style)$/i.test(element.tagName) || !isShown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width > 0 && box.height > 0) found.push({ element, text, box });
    }
  }
  return found;
}

function clipped(inked: readonly Inked[], heightPx = innerHeight): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { element, text, box } of inked) {
    const air = box.height * airOfLine;
    if (
      box.left < -slackPx ||
      box.right > innerWidth + slackPx ||
      box.top + air < -slackPx ||
      box.bottom - air > heightPx + slackPx
    ) {
      findings.push({ kind: 'clipped', where: name(element), what: `“${text}” leaves the glass` });
      continue;
    }
    for (let up: Element | null = element; up !== null; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const edge = up.getBoundingClientRect();
      const cut =
        box.left < edge.left - slackPx ||
        box.right > edge.right + slackPx ||
        box.top + air < edge.top - slackPx ||
        box.bottom - air > edge.bottom + slackPx;
      if (cut) {
        findings.push({ kind: 'clipped', where: name(element), what: `“${text}” is cut by ${name(up)}` });
        break;
      }
    }
  }
  for (const input of document.querySelectorAll('input')) {
    if (isShown(input) && input.scrollWidth > input.clientWidth + 1) {
      findings.push({ kind: 'clipped', where: name(input), what: `“${input.value}” is wider than its field` });
    }
  }
  for (const box of document.querySelectorAll('.button, .header-button, .key, .choice, .chip, .dialog')) {
    if (isShown(box) && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)) {
      findings.push({ kind: 'clipped', where: name(box), what: `“${box.textContent}” is larger than its place` });
    }
    const edge = box.getBoundingClientRect();
    const free = Math.min(edge.left, edge.top, innerWidth - edge.right, heightPx - edge.bottom);
    if (isShown(box) && !box.matches('.dialog') && free < edgePx) {
      findings.push({
        kind: 'clipped',
        where: name(box),
        what: `“${box.textContent}” stands on the edge of the glass`,
      });
    }
  }
  return findings;
}

function overlapping(inked: readonly Inked[]): readonly Finding[] {
  const findings: Finding[] = [];
  inked.forEach((one, index) => {
    for (const other of inked.slice(index + 1)) {
      if (one.element === other.element || sameLine(one.element, other.element)) continue;
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const [airOne, airOther] = [one.box.height * airOfLine, other.box.height * airOfLine];
      const height =
        Math.min(one.box.bottom - airOne, other.box.bottom - airOther) -
        Math.max(one.box.top + airOne, other.box.top + airOther);
      if (width > slackPx && height > slackPx) {
        findings.push({ kind: 'overlap', where: name(one.element), what: `“${one.text}” lies on “${other.text}”` });
      }
    }
  });
  return findings;
}

/** The digits of one amount are set as one line. */
function sameLine(a: Element, b: Element): boolean {
  const amount = a.closest('.amount');
  return amount !== null && amount === b.closest('.amount');
}

/** Text under or over what can be touched, and is no part of. */
function covered(inked: readonly Inked[]): readonly Finding[] {
  const boxes = allTargets().map((target) => ({ target, box: target.getBoundingClientRect() }));
  return inked.flatMap(({ element, text, box: own }) =>
    boxes.flatMap(({ target, box }): readonly Finding[] => {
      const width = Math.min(own.right, box.right) - Math.max(own.left, box.left);
      const air = own.height * airOfLine;
      const height = Math.min(own.bottom - air, box.bottom) - Math.max(own.top + air, box.top);
      return target.contains(element) || width <= slackPx || height <= slackPx
        ? []
        : [{ kind: 'overlap', where: name(element), what: `“${text}” and ${name(target)} lie on each other` }];
    }),
  );
}

function allTargets(): readonly Element[] {
  return [...document.querySelectorAll('button, a[href], input, [role="button"]')].filter(isShown);
}

function targets(heightPx = innerHeight): readonly Finding[] {
  const mmPx = Number.parseFloat(document.documentElement.style.getPropertyValue('--mm'));
  const findings: Finding[] = [];
  const all = allTargets();
  for (const element of all) {
    const box = element.getBoundingClientRect();
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > heightPx + 1) {
      findings.push({ kind: 'target', where: name(element), what: `“${element.textContent}” leaves the glass` });
    }
    const smallestMm = Math.min(box.width, box.height) / mmPx;
    if (smallestMm < targetMm - 0.05) {
      findings.push({
        kind: 'target',
        where: name(element),
        what: `“${element.textContent}” is ${smallestMm.toFixed(1)} mm`,
      });
    }
    for (const other of all) {
      if (other === element || other.contains(element) || element.contains(other)) continue;
      if (other.classList.contains('attract-touch') || element.classList.contains('attract-touch')) continue;
      const b = other.getBoundingClientRect();
      const overlap =
        box.left < b.right - 1 && b.left < box.right - 1 && box.top < b.bottom - 1 && b.top < box.bottom - 1;
      if (overlap) findings.push({ kind: 'overlap', where: name(element), what: `lies on ${name(other)}` });
    }
  }
  return findings;
}

function contrasts(inked: readonly Inked[]): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const { element, text } of inked) {
    const ink = readColour(getComputedStyle(element).color);
    const grounds = groundsBehind(element);
    const worst = Math.min(...grounds.map((ground) => ratio(over(fade(ink, element), ground), ground)));
    if (worst < lowestRatio) {
      const where = name(element);
      findings.set(where + text, { kind: 'contrast', where, what: `“${text}” has ${worst.toFixed(2)} : 1` });
    }
  }
  return [...findings.values()];
}

function fade(ink: Rgba, element: Element): Rgba {
  let alpha = ink[3];
  for (let up: Element | null = element; up !== null; up = up.parentElement) {
    alpha *= Number.parseFloat(getComputedStyle(up).opacity);
  }
  return [ink[0], ink[1], ink[2], alpha];
}

/** The colours that may lie behind an element; a gradient gives each of its stops. */
function groundsBehind(element: Element): readonly Rgba[] {
  const layers: Rgba[] = [];
  for (let up: Element | null = element; up !== null; up = up.parentElement) {
    const style = getComputedStyle(up);
    const ground = readColour(style.backgroundColor);
    if (ground[3] > 0) layers.push(ground);
    if (ground[3] === 1) return [flatten(layers)];
    if (style.backgroundImage.includes('gradient')) {
      const stops = style.backgroundImage.match(/rgba?\([^)]*\)|color\([^)]*\)/g) ?? [];
      return stops.map((stop) => flatten([...layers, readColour(stop)]));
    }
  }
  return [flatten([...layers, [255, 255, 255, 1]])];
}

function flatten(layers: readonly Rgba[]): Rgba {
  return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255, 1] as Rgba);
}

function scrolls(): readonly Finding[] {
  const findings: Finding[] = [];
  for (const element of document.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const may = /auto|scroll/.test(`${style.overflowX} ${style.overflowY}`);
    const does = element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
    if (may && does) findings.push({ kind: 'scroll', where: name(element), what: 'has a scroll bar' });
  }
  for (const element of document.querySelectorAll('.stage')) {
    if (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1) {
      const byPx = element.scrollHeight - element.clientHeight;
      findings.push({ kind: 'clipped', where: name(element), what: `needs ${byPx} px more than there are` });
    }
  }
  return findings;
}

/** Keys of a View that are not words to read. */
const notWords =
  /^(id|icon|screen|do|task|method|choice|kind|lang|intent|accent|mark|place|picture|slot|tone|qr|glass|say|alone|number)$/;

function words(view: View, inked: readonly Inked[]): readonly Finding[] {
  const shown = squeeze(inked.map((one) => one.text).join(''));
  const asked = document.querySelector('.veil-ask') === null ? undefined : view.actions.find(({ ask }) => ask)?.ask;
  const covered = view.warning !== null ? view.warning : (asked ?? view.helpPage);
  const wanted = collect(covered ?? { ...view, step: null, warning: null, helpPage: null }, view.body.screen);
  const bad = inked.filter((one) => noWord.test(one.text));
  return [
    ...wanted
      .filter((text) => text.trim() === '' || !shown.includes(squeeze(text)))
      .map((text): Finding => ({ kind: 'word', where: view.body.screen, what: `“${text}” is not on the screen` })),
    ...bad.map((one): Finding => ({ kind: 'word', where: name(one.element), what: `“${one.text}”` })),
  ];
}

function collect(value: unknown, screen: string, key = ''): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((one) => collect(one, screen, key));
  if (typeof value !== 'object' || value === null) return [];
  if ('whole' in value && 'fraction' in value && 'sign' in value) {
    return [`${value.sign}${value.whole}${value.fraction}`];
  }
  const off = 'off' in value && typeof value.off === 'string' && 'note' in value;
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === 'number' && screen === 'case') return collect(inner, screen, name);
    if (notWords.test(name)) return [];
    // The question before something is given up stands there once it was touched.
    if (name === 'ask') return [];
    // While the number is typed, the main action leads on to the code.
    if ((name === 'submit' || name === 'refund') && 'next' in value) return [];
    // Before the first note nothing has a label.
    if (name === 'notesLabel' && 'notes' in value && Array.isArray(value.notes) && value.notes.length === 0) return [];
    // A line that stands for many has no quantity.
    if (name === 'quantity' && inner === '') return [];
    if (screen === 'shop' && isElsewhere(name, value)) return [];
    // Lines that stand on another page: the pager says so.
    if (screen === 'review' && name === 'lines' && document.querySelector('.pager') !== null) return [];
    // What cannot be used now says why, in the place of its note; while a search runs, a problem is old.
    if (off && name === 'note') return [];
    // The keyboard of the field in use is the one that is shown; both fields have their label.
    if (key === 'code' && (name === 'erase' || name === 'clear')) return [];
    return collect(inner, screen, name);
  });
}

/** Of a catalogue one group is shown, one page of it, and as much of the basket as stands beside it. */
function isElsewhere(key: string, of: object): boolean {
  // Spoken only.
  if (key === 'more' || key === 'less') return true;
  if (key === 'emptyBasket') return 'basket' in of && Array.isArray(of.basket) && of.basket.length > 0;
  if (!('id' in of && 'count' in of)) return false;
  const stands = [...document.querySelectorAll(`[data-${'price' in of ? 'product' : 'line'}="${of.id}"]`)];
  return !stands.some(isShown);
}

function squeeze(text: string): string {
  return text.replaceAll(/[\s\u200b\u2060]+/g, '');
}
