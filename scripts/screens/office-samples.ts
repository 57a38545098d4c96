/**
 * Every page of the office's console, in the states that matter. A new page is a line here: its name, who looks, the address, and
 * what the office answers (`scripts/screens/office-desk.ts`).
 */
import type { Role } from '../../kiosk/office/server/wire.ts';
import type { OfficeBook, OfficeSample } from '../../ui/gallery/office-book.ts';
import {
  abortedPage,
  acts,
  alerts,
  atKiosk,
  broughtPage,
  calmKiosk,
  changes,
  cleared,
  kiosks,
  longestKiosk,
  newKiosk,
  orderPage,
  orders,
  pairings,
  persons,
  problems,
  reach,
  rolloutPage,
  rollouts,
  troubledKiosk,
} from './office-desk.ts';

type Answers = OfficeSample['answers'];

/** A page as somebody of this role sees it. */
function page(hash: string, answers: Answers, role: Role = 'administrator'): OfficeSample {
  const standing: Answers = { alerts: { json: { alerts } }, pairings: { json: { pairings: [] } } };
  return { session: { person: { name: '李静', role }, setUp: false }, hash, answers: { ...standing, ...answers } };
}

/** The same after some steps. */
function after(sample: OfficeSample, ...steps: NonNullable<OfficeSample['steps']>): OfficeSample {
  return { ...sample, steps };
}

const nobody: OfficeSample = { session: { person: null, setUp: false }, hash: '', answers: {} };
const calm: Answers = { alerts: { json: { alerts: [] } } };
const list: Answers = { kiosks: { json: { kiosks } } };

/** The nth field of the page. */
const field = (n: number) => `.field:nth-of-type(${n}) .entry`;
const send = '.form button[type=submit]';
const enter = [{ into: field(1), text: '李静' }, { into: field(2), text: 'wrong horse battery' }, send] as const;
const edited =
  '{\n  "limits": { "note": { "maximumNotes": 40 } },\n  "texts": { "welcome": { "zh-CN": "欢迎光临", "en": "Welcome" } }\n}';
const publishing = page('#/publish', { ...list, 'POST preview': { json: { changes } } });
const written = [{ into: '.json-entry', text: edited }, send] as const;
const troubled = page('#/kiosks/mall-02', { 'kiosks/mall-02': { json: troubledKiosk } });
const rollout = page('#/rollouts/7', { 'rollouts/7': { json: rolloutPage } });
const ordering = page('#/commands', {
  ...list,
  commands: { json: { orders } },
  'POST commands/reach': { json: { kiosks: reach } },
});
const act = '.form .fields-row:first-of-type .field:nth-of-type(1) .entry';
const whom = '.form .fields-row:nth-of-type(2) .field:nth-of-type(1) .entry';
const kioskOf = (n: number) => `.kiosk-choice .choice:nth-of-type(${n})`;
const all = [{ into: act, text: 'reboot' }, { into: whom, text: 'all' }, send] as const;
const give = '.card:nth-of-type(2) .touch-main';
const persona = page('#/persons', { persons: { json: { persons } } });
const code = { into: '.code-entry .entry', text: 'k7p4 – 9xqt' } as const;

const pages: OfficeBook = {
  'no-answer': { session: null, hash: '', answers: {} },
  'set-up': { ...nobody, session: { person: null, setUp: true } },
  'set-up-differ': after(
    {
      ...nobody,
      session: { person: null, setUp: true },
      answers: { 'POST set-up': { refused: 422, json: { problem: 'wrong' } } },
    },
    { into: field(1), text: '482913' },
    { into: field(2), text: '李静' },
    { into: '.field:nth-of-type(3) .entry', text: 'correct horse battery' },
    { into: '.field:nth-of-type(4) .entry', text: 'correct horse' },
  ),
  'log-in': nobody,
  'log-in-wrong': after(
    { ...nobody, answers: { 'POST log-in': { refused: 401, json: { problem: 'wrong' } } } },
    ...enter,
  ),
  'log-in-locked': after(
    { ...nobody, answers: { 'POST log-in': { refused: 409, json: { problem: 'locked', seconds: 58 } } } },
    ...enter,
  ),
  kiosks: page('', list),
  'kiosks-viewer': page('#/kiosks', list, 'viewer'),
  'kiosks-search': after(page('', list), { into: '.sieve .entry', text: 'clinic' }),
  'kiosks-none-found': after(page('', list), { into: '.sieve .entry', text: 'harbour' }),
  'kiosks-none': page('', { ...calm, kiosks: { json: { kiosks: [] } } }),
  'kiosks-none-viewer': page('', { ...calm, kiosks: { json: { kiosks: [] } } }, 'viewer'),
  'kiosks-away': { ...page('', list), silent: true },
  kiosk: page('#/kiosks/mall-01', { ...calm, 'kiosks/mall-01': { json: calmKiosk } }),
  'kiosk-trouble': troubled,
  'kiosk-document': after(troubled, 'details summary'),
  'kiosk-command': after(
    troubled,
    { into: '.form .fields-row .field:nth-of-type(1) .entry', text: 'send-trace' },
    { into: '.form .fields-row .field:nth-of-type(3) .entry', text: 'after-customer' },
  ),
  'kiosk-command-message': after(troubled, {
    into: '.form .fields-row .field:nth-of-type(1) .entry',
    text: 'message',
  }),
  'kiosk-command-sure': after(
    troubled,
    { into: '.form .fields-row .field:nth-of-type(1) .entry', text: 'restart' },
    send,
  ),
  'kiosk-new': page('#/kiosks/park-09', { 'kiosks/park-09': { json: newKiosk } }, 'viewer'),
  'kiosk-longest': page(`#/kiosks/${longestKiosk.kiosk}`, { [`kiosks/${longestKiosk.kiosk}`]: { json: longestKiosk } }),
  'kiosk-unknown': page('#/kiosks/gone', { 'kiosks/gone': { refused: 404, json: { problem: 'not-there' } } }),
  commands: after(ordering, kioskOf(1), kioskOf(4)),
  'commands-search': after(ordering, kioskOf(1), { into: '.sieve .entry', text: 'clinic' }),
  'commands-group': after(
    ordering,
    { into: act, text: 'send-trace' },
    { into: act.replace('nth-of-type(1)', 'nth-of-type(2)'), text: 'acceptor' },
    { into: whom, text: 'group' },
  ),
  'commands-reach': after(ordering, ...all),
  'commands-reach-here': after(
    page('#/commands', {
      ...list,
      commands: { json: { orders: [] } },
      'POST commands/reach': { json: { kiosks: reach.slice(0, 3) } },
    }),
    { into: act, text: 'screenshot' },
    kioskOf(1),
    send,
  ),
  'commands-sure': after(ordering, ...all, give),
  'commands-others-meant': after(
    page('#/commands', {
      ...{ ...list, commands: { json: { orders: [] } } },
      'POST commands/reach': { json: { kiosks: reach.filter(({ refusal }) => refusal === null) } },
      'POST commands': { refused: 409, json: { problem: 'others-meant' } },
    }),
    { into: act, text: 'screenshot' },
    { into: whom, text: 'all' },
    send,
    give,
  ),
  'commands-viewer': page('#/commands', { commands: { json: { orders } } }, 'viewer'),
  order: page('#/commands/12', { 'commands/12': { json: orderPage } }),
  'order-brought': page('#/commands/13', { 'commands/13': { json: broughtPage } }),
  pairing: page('#/pairing', { pairings: { json: { pairings } } }),
  'pairing-none': page('#/pairing', {}),
  'pairing-done': after(page('#/pairing', { 'POST pairings': { json: { kiosk: 'park-09' } } }), code, send),
  'pairing-wrong': after(
    page('#/pairing', { 'POST pairings': { refused: 404, json: { problem: 'no-such-code' } } }),
    code,
    send,
  ),
  'pairing-known': after(
    page('#/pairing', { 'POST pairings': { refused: 409, json: { problem: 'known-kiosk' } } }),
    code,
    send,
  ),
  publish: publishing,
  'publish-no-json': after(publishing, { into: '.json-entry', text: '{ "limits": ' }),
  'publish-changes': after(publishing, ...written),
  'publish-nothing': after(
    page('#/publish', {
      ...list,
      'POST preview': { json: { changes: changes.map((change) => ({ ...change, differences: [] })) } },
    }),
    ...written,
  ),
  'publish-unsound': after(
    page('#/publish/mall-01', { ...list, 'POST preview': { refused: 422, json: { problem: 'unsound', problems } } }),
    ...written,
  ),
  'publish-window': after(publishing, ...written, {
    into: '.card:last-of-type .field:nth-of-type(6) .entry',
    text: 'window',
  }),
  'publish-sure': after(publishing, ...written, '.card:last-of-type button[type=submit]'),
  rollouts: page('#/rollouts', { rollouts: { json: { rollouts } } }),
  'rollouts-none': page('#/rollouts', { rollouts: { json: { rollouts: [] } } }),
  rollout,
  'rollout-aborted': page('#/rollouts/6', { 'rollouts/6': { json: abortedPage } }),
  'rollout-back': after(rollout, 'main .tools .touch:nth-of-type(3)'),
  alerts: page('#/alerts', { 'alerts?cleared=yes': { json: { alerts: cleared } } }),
  'alerts-sure': after(
    page('#/alerts', { 'alerts?cleared=yes': { json: { alerts: cleared } } }),
    '.alert .tools .touch:nth-of-type(2)',
  ),
  'alerts-acknowledged': page('#/alerts/acknowledged', { 'alerts?cleared=yes': { json: { alerts: cleared } } }),
  'alerts-cleared': page('#/alerts/cleared', { 'alerts?cleared=yes': { json: { alerts: cleared } } }),
  'alerts-none': page('#/alerts', { ...calm, 'alerts?cleared=yes': { json: { alerts: [] } } }),
  'alerts-unknown': page('#/alerts', {
    alerts: { json: { alerts: [{ ...atKiosk('mall-01', 'meteor', 'roof'), detail: '2 m' }] } },
    'alerts?cleared=yes': { json: { alerts: [] } },
  }),
  persons: persona,
  'persons-remove': after(persona, '.rows tbody tr:nth-of-type(2) .touch'),
  'persons-own': page('#/persons', {}, 'operator'),
  acts: page('#/acts', { acts: { json: { acts } } }),
  'acts-none': page('#/acts', { acts: { json: { acts: [] } } }),
  nowhere: page('#/nowhere', calm),
};

export const officeSamples: OfficeBook = pages;
export const officeNames: readonly string[] = Object.keys(pages);
