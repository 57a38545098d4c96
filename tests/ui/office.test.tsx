import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  alerts,
  calmKiosk,
  changes,
  kiosks,
  persons,
  orderPage,
  orders,
  problems,
  reach,
  rolloutPage,
} from '../../scripts/screens/office-desk.ts';
import { App } from '../../ui/office/app.tsx';
import { words } from '../../ui/office/text.ts';

const own = words.en;

interface Answer {
  readonly json: unknown;
  readonly refused?: number;
}

let answers: Record<string, Answer>;
/** What was done: method, path and body. */
let done: [string, unknown][];
/** Questions, in their order. */
let asked: string[];
let dead: boolean;

beforeEach(() => {
  answers = {
    session: { json: { person: { name: 'Li', role: 'administrator' }, setUp: false } },
    kiosks: { json: { kiosks } },
    alerts: { json: { alerts } },
    'alerts?cleared=yes': { json: { alerts: [] } },
    pairings: { json: { pairings: [] } },
  };
  done = [];
  asked = [];
  dead = false;
  location.hash = '';
  vi.stubGlobal('scrollTo', () => {});
  vi.stubGlobal('fetch', async (input: string, { method = 'GET', body }: RequestInit = {}) => {
    if (dead) throw new TypeError('nobody answers');
    const path = input.replace('/api/', '');
    if (method === 'GET') asked.push(path);
    else done.push([`${method} ${path}`, body === undefined ? null : JSON.parse(String(body))]);
    const answer = answers[method === 'GET' ? path : `${method} ${path}`];
    if (answer === undefined) return Response.json({ problem: 'nothing-here' }, { status: 404 });
    return Response.json(answer.json, { status: answer.refused ?? 200 });
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function open(hash = '', lang: 'en' | 'zh-CN' = 'en') {
  location.hash = hash;
  render(<App lang={lang} />);
}

function type(label: string, value: string) {
  fireEvent.input(screen.getByLabelText(label), { target: { value } });
}

function choose(label: string, value: string) {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

describe('at the door', () => {
  beforeEach(() => {
    answers.session = { json: { person: null, setUp: false } };
  });

  test('whoever enters a wrong passphrase is told so, and the passphrase is typed anew', async () => {
    answers['POST log-in'] = { refused: 401, json: { problem: 'wrong' } };
    open();
    await screen.findByRole('heading', { name: own.logIn });
    type(own.name, ' Li ');
    type(own.passphrase, 'wrong horse');
    press(own.logIn);
    expect((await screen.findByRole('alert')).textContent).toBe(own.wrongLogIn);
    expect(done).toEqual([['POST log-in', { name: 'Li', passphrase: 'wrong horse' }]]);
    expect((screen.getByLabelText(own.passphrase) as HTMLInputElement).value).toBe('');
    expect((screen.getByRole('button', { name: own.logIn }) as HTMLButtonElement).disabled).toBe(true);
  });

  test('whoever is locked out is told for how long', async () => {
    answers['POST log-in'] = { refused: 409, json: { problem: 'locked', seconds: 58 } };
    open();
    await screen.findByRole('heading', { name: own.logIn });
    type(own.name, 'Li');
    type(own.passphrase, 'x');
    press(own.logIn);
    expect((await screen.findByRole('alert')).textContent).toContain('58 seconds');
  });

  test('the first administrator types the passphrase twice', async () => {
    answers.session = { json: { person: null, setUp: true } };
    answers['POST set-up'] = { json: {} };
    open();
    await screen.findByRole('heading', { name: own.setUp });
    type(own.setUpCode, '123456');
    type(own.name, 'Li');
    type(own.newPassphrase, 'correct horse');
    type(own.passphraseAgain, 'correct');
    screen.getByText(own.passphrasesDiffer);
    const button = screen.getByRole('button', { name: own.setUpDo }) as HTMLButtonElement;
    expect(button.disabled).toBe(true);
    type(own.passphraseAgain, 'correct horse');
    fireEvent.click(button);
    await waitFor(() =>
      expect(done).toEqual([['POST set-up', { code: '123456', name: 'Li', passphrase: 'correct horse' }]]),
    );
  });

  test('who was logged out is told so, also when nothing else was asked', async () => {
    answers.session = { json: { person: { name: 'Li', role: 'operator' }, setUp: false } };
    open('#/alerts');
    await screen.findByText(own.alerts.alertKinds.offline.title);
    answers.session = { json: { person: null, setUp: false } };
    document.dispatchEvent(new Event('visibilitychange'));
    await screen.findByText(own.loggedOut);
  });

  test('who logs out is told nothing of the kind', async () => {
    answers.session = { json: { person: { name: 'Li', role: 'operator' }, setUp: false } };
    answers['POST log-out'] = { json: {} };
    open('#/alerts');
    await screen.findByText(own.alerts.alertKinds.offline.title);
    answers.session = { json: { person: null, setUp: false } };
    press(own.logOut);
    await screen.findByRole('heading', { name: own.logIn });
    expect(screen.queryByText(own.loggedOut)).toBeNull();
  });

  test('who was logged out comes back to the page after logging in', async () => {
    answers.session = { json: { person: { name: 'Li', role: 'operator' }, setUp: false } };
    open('#/alerts');
    await screen.findByText(own.alerts.alertKinds.offline.title);
    answers = { session: { json: { person: null, setUp: false } }, 'POST log-in': { json: {} } };
    answers.alerts = { refused: 401, json: { problem: 'not-logged-in' } };
    await screen.findByText(own.loggedOut, {}, { timeout: 10_000 });
    answers = {
      ...answers,
      alerts: { json: { alerts } },
      session: { json: { person: { name: 'Li', role: 'operator' }, setUp: false } },
    };
    type(own.name, 'Li');
    type(own.passphrase, 'x');
    press(own.logIn);
    await screen.findByText(own.alerts.alertKinds.offline.title);
    expect(location.hash).toBe('#/alerts');
  });
});

describe('the list of kiosks', () => {
  const shown = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map((row) => within(row).getByRole('link').textContent);

  test('is searched by name, place and group, and sieved', async () => {
    open();
    await screen.findByRole('link', { name: 'mall-01' });
    expect(shown()).toEqual(kiosks.map(({ kiosk }) => kiosk));
    type(own.kiosks.search, 'MALL car');
    expect(shown()).toEqual(['mall-02']);
    type(own.kiosks.search, '');
    press(new RegExp(own.kiosks.shows.differs));
    expect(shown()).toEqual(['mall-02', 'clinic-01', 'utility-01']);
    press(new RegExp(own.kiosks.shows.away));
    expect(shown()).toEqual(['clinic-02', 'park-09']);
  });

  test('says how to pair the first kiosk while there is none', async () => {
    answers.kiosks = { json: { kiosks: [] } };
    open();
    await screen.findByText(own.kiosks.noKiosks);
    for (const step of own.kiosks.noKiosksSteps) screen.getByText(step);
    expect(screen.getByRole('link', { name: own.kiosks.pairFirst }).getAttribute('href')).toBe('#/pairing');
  });

  test('stays while the office does not answer, under a bar that goes by itself', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    open();
    await screen.findByRole('link', { name: 'mall-01' });
    dead = true;
    await vi.advanceTimersByTimeAsync(2_000);
    await screen.findByText(own.away);
    screen.getByRole('link', { name: 'mall-01' });
    dead = false;
    await vi.advanceTimersByTimeAsync(2_000);
    await waitFor(() => expect(screen.queryByText(own.away)).toBeNull());
  });

  test('is not asked for in a hidden tab, and at once in one that is seen again', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    let hidden = false;
    vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
    open();
    await screen.findByRole('link', { name: 'mall-01' });
    hidden = true;
    asked = [];
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toEqual([]);
    hidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toContain('kiosks');
    vi.restoreAllMocks();
  });
});

test('a command is ordered after a sentence that names the kiosk and what happens', async () => {
  answers['kiosks/mall-01'] = { json: calmKiosk };
  answers['POST commands'] = { json: { commands: [] } };
  open('#/kiosks/mall-01');
  await screen.findByLabelText(own.commands.act);
  choose(own.commands.act, 'restart');
  choose(own.commands.priority, 'now');
  choose(own.commands.deadline, '10');
  press(own.commands.next);
  const sure = screen.getByRole('group', { name: /mall-01 starts its program anew/ });
  expect(sure.textContent).toContain(own.commands.nowAtRest);
  expect(document.activeElement).toBe(sure);
  expect(done).toEqual([]);
  press(own.commands.orderDo);
  await screen.findByText(own.commands.ordered);
  expect(done).toEqual([
    [
      'POST commands',
      { whom: { whom: 'kiosk', kiosk: 'mall-01' }, order: { act: 'restart' }, priority: 'now', minutes: 10 },
    ],
  ]);
});

describe('an order of many kiosks', () => {
  const both = { whom: 'kiosks', kiosks: ['mall-01', 'clinic-02'] };
  beforeEach(() => {
    answers.commands = { json: { orders } };
    answers['POST commands/reach'] = { json: { kiosks: reach } };
    answers['POST commands'] = { json: { number: 12, commands: [] } };
    answers['commands/12'] = { json: orderPage };
  });
  const act = async (name: string) => {
    open('#/commands');
    await screen.findByLabelText(own.commands.act);
    choose(own.commands.act, name);
  };

  test('is seen before it is given: how many they are, who is away and who will refuse it', async () => {
    await act('reboot');
    const look = screen.getByRole('button', { name: own.commands.reach }) as HTMLButtonElement;
    expect(look.disabled).toBe(true);
    press(/^mall-01/);
    press(/^clinic-02/);
    fireEvent.click(look);
    const card = await screen.findByRole('region', { name: own.commands.reaches });
    expect(done).toEqual([['POST commands/reach', { whom: both, order: { act: 'reboot' } }]]);
    expect(within(card).getByText('6 kiosks')).toBeTruthy();
    const row = (name: string) => within(card).getByRole('row', { name: new RegExp(name) }).textContent;
    expect(row('clinic-01')).toContain(own.commands.results['no-hook']);
    expect(row('clinic-02')).toContain(own.commands.whenBack);
    expect(row('park-09')).toContain(own.commands.whenHere);
    expect(card.textContent).toContain('mall-01, mall-02, utility-01');
    choose(own.commands.act, 'lock');
    expect(screen.queryByRole('region', { name: own.commands.reaches })).toBeNull();
    await screen.findByText(own.commands.reachOld);
  });

  test('that turns customers away is confirmed by their number, and goes only to those that were shown', async () => {
    await act('lock');
    choose(own.commands.whom, 'all');
    press(own.commands.reach);
    await screen.findByRole('region', { name: own.commands.reaches });
    press(own.commands.next);
    expect(done).toHaveLength(1);
    const sure = screen.getByRole('group', { name: /Each of 6 kiosks closes to customers/ });
    expect(sure.textContent).toContain('2 are away');
    expect(sure.textContent).toContain('One will refuse it.');
    press(own.commands.orderDoFor(6));
    await screen.findByRole('heading', { name: own.commands.orderNumber(12) });
    const wish = { whom: { whom: 'all' }, order: { act: 'lock' }, priority: 'idle', minutes: 60 };
    expect(done.at(-1)).toEqual(['POST commands', { ...wish, kiosks: reach.map(({ kiosk }) => kiosk) }]);
  });

  test('that turns nobody away is given at once, and it is told when others are meant by then', async () => {
    answers['POST commands'] = { refused: 409, json: { problem: 'others-meant' } };
    await act('send-log');
    choose(own.commands.whom, 'group');
    press(own.commands.reach);
    await screen.findByRole('region', { name: own.commands.reaches });
    press(own.commands.orderDoFor(6));
    expect((await screen.findByRole('alert')).textContent).toBe(own.problems['others-meant']);
    expect(location.hash).toBe('#/commands');
  });

  test('is followed kiosk by kiosk: done, refused and why, too late, and who is away', async () => {
    open('#/commands/12');
    await screen.findByText(own.commands.progressOf(2, 6));
    const row = (name: string) => screen.getByRole('row', { name: new RegExp(name) }).textContent;
    expect(row('clinic-01')).toContain(`${own.commands.commandStatuses.refused}`);
    expect(row('clinic-01')).toContain(own.commands.results['no-hook']);
    expect(row('clinic-02')).toContain(own.commands.isAway);
    expect(row('park-09')).toContain(own.commands.commandStatuses.expired);
    expect(row('mall-01')).toContain(own.commands.results.started);
  });

  test('is not for whoever may only see', async () => {
    answers.session = { json: { person: { name: 'Li', role: 'viewer' }, setUp: false } };
    open('#/commands');
    await screen.findByRole('table', { name: own.commands.orders });
    expect(screen.queryByLabelText(own.commands.act)).toBeNull();
    expect(asked).not.toContain('kiosks');
  });
});

test('a code is sent without what stands between its signs, and a known kiosk is replaced only when somebody says so', async () => {
  answers['POST pairings'] = { refused: 409, json: { problem: 'known-kiosk' } };
  open('#/pairing');
  await screen.findByLabelText(own.kiosks.code);
  type(own.kiosks.code, 'k7p4 – 9xqt');
  press(own.kiosks.letIn);
  await screen.findByText(own.kiosks.replaceSure);
  answers['POST pairings'] = { json: { kiosk: 'mall-01' } };
  press(own.kiosks.replaceDo);
  await screen.findByText(own.kiosks.letInDone('mall-01'));
  expect(done.map(([, body]) => body)).toEqual([{ code: 'K7P49XQT' }, { code: 'K7P49XQT', replace: true }]);
});

describe('publishing', () => {
  const text = '{ "limits": {} }';

  test('goes from the text over its changes and its pace to the rollout', async () => {
    answers['POST preview'] = { json: { changes } };
    answers['POST rollouts'] = { json: { rollout: 7 } };
    answers['rollouts/7'] = { json: rolloutPage };
    open('#/publish');
    await screen.findByLabelText(own.rollouts.whom);
    type(own.rollouts.text, text);
    press(own.rollouts.preview);
    await screen.findByRole('heading', { name: 'mall-01, mall-02' });
    type(own.rollouts.canary, '2');
    press(own.rollouts.start);
    screen.getByRole('group', { name: /2 go first/ });
    press(own.rollouts.start);
    await screen.findByRole('heading', { name: own.rollouts.rollout(7) });
    expect(done).toEqual([
      ['POST preview', { whom: { whom: 'all' }, text }],
      [
        'POST rollouts',
        {
          ...{ whom: { whom: 'all' }, text },
          pace: { canary: 2, percent: 25, restMinutes: 10, failuresPercent: 0, overdueMinutes: 30, window: null },
        },
      ],
    ]);
  });

  test('a kiosk that is in another rollout is named, with the way there', async () => {
    answers['POST preview'] = { json: { changes } };
    answers['POST rollouts'] = { refused: 409, json: { problem: 'busy-kiosk', kiosk: 'mall-02', rollout: 6 } };
    open('#/publish');
    await screen.findByLabelText(own.rollouts.whom);
    type(own.rollouts.text, text);
    press(own.rollouts.preview);
    await screen.findByRole('button', { name: own.rollouts.start });
    press(own.rollouts.start);
    press(own.rollouts.start);
    expect((await screen.findByRole('alert')).textContent).toContain('mall-02');
    expect(screen.getByRole('link', { name: own.rollouts.rollout(6) }).getAttribute('href')).toBe('#/rollouts/6');
  });

  test('what was edited after it was looked at is not published', async () => {
    answers['POST preview'] = { json: { changes } };
    open('#/publish');
    await screen.findByLabelText(own.rollouts.whom);
    type(own.rollouts.text, text);
    press(own.rollouts.preview);
    await screen.findByRole('button', { name: own.rollouts.start });
    type(own.rollouts.text, '{ "limits": { "note": {} } }');
    expect(screen.queryByRole('button', { name: own.rollouts.start })).toBeNull();
    screen.getByText(own.rollouts.previewOld);
    type(own.rollouts.text, '{ "limits": ');
    screen.getByText(own.rollouts.notJson);
    expect((screen.getByRole('button', { name: own.rollouts.preview }) as HTMLButtonElement).disabled).toBe(true);
  });

  test('names each thing that is wrong, and where', async () => {
    answers['POST preview'] = { refused: 422, json: { problem: 'unsound', problems } };
    open('#/publish');
    await screen.findByLabelText(own.rollouts.whom);
    type(own.rollouts.text, text);
    press(own.rollouts.preview);
    for (const { problem } of problems) await screen.findByText(problem.en);
    screen.getByText(own.rollouts.wholeDocument);
    expect(screen.queryByRole('button', { name: own.rollouts.start })).toBeNull();
  });

  test('names it in Chinese to whoever reads Chinese', async () => {
    const chinese = words['zh-CN'];
    answers['POST preview'] = { refused: 422, json: { problem: 'unsound', problems } };
    open('#/publish', 'zh-CN');
    await screen.findByLabelText(chinese.rollouts.whom);
    type(chinese.rollouts.text, text);
    press(chinese.rollouts.preview);
    for (const { problem } of problems) {
      await screen.findByText(problem['zh-CN']);
      expect(screen.queryByText(problem.en)).toBeNull();
    }
  });
});

test('a rollout that waits for a kiosk that is away names it, and goes on without it after it was asked for', async () => {
  answers['rollouts/7'] = { json: rolloutPage };
  answers['POST rollouts/7/pass-by'] = { json: {} };
  open('#/rollouts/7');
  await screen.findByText(own.rollouts.awaits('clinic-01'));
  press(own.rollouts.passBy);
  expect(done).toEqual([]);
  press(own.rollouts.passByDo);
  await waitFor(() => expect(done).toEqual([[`POST rollouts/${rolloutPage.rollout}/pass-by`, {}]]));
});

test('an alert is acknowledged at once, and cleared after it was asked for', async () => {
  answers.alerts = { json: { alerts: alerts.slice(0, 1) } };
  const { alert } = alerts[0]!;
  answers[`POST alerts/${alert}/acknowledge`] = { json: {} };
  answers[`POST alerts/${alert}/clear`] = { refused: 409, json: { problem: 'over' } };
  open('#/alerts');
  await screen.findByText(own.alerts.alertKinds.fault.title);
  press(own.alerts.acknowledge);
  await waitFor(() => expect(done).toEqual([[`POST alerts/${alert}/acknowledge`, {}]]));
  await waitFor(() =>
    expect((screen.getByRole('button', { name: own.alerts.clear }) as HTMLButtonElement).disabled).toBe(false),
  );
  press(own.alerts.clear);
  press(own.alerts.clearDo);
  expect((await screen.findByRole('alert')).textContent).toBe(own.problems.over);
});

test('a rollout is taken back only when somebody says so, and the new one is shown', async () => {
  answers['rollouts/7'] = { json: rolloutPage };
  answers['rollouts/8'] = { json: { ...rolloutPage, rollout: 8 } };
  answers['POST rollouts/7/back'] = { json: { rollout: 8 } };
  open('#/rollouts/7');
  fireEvent.click(await screen.findByRole('button', { name: own.rollouts.back }));
  fireEvent.keyDown(screen.getByRole('group', { name: own.rollouts.backSure }), { key: 'Escape' });
  expect(screen.queryByText(own.rollouts.backSure)).toBeNull();
  press(own.rollouts.back);
  press(own.rollouts.backDo);
  await screen.findByRole('heading', { name: own.rollouts.rollout(8) });
});

test('nobody removes oneself, and a person goes only after a sentence with the name', async () => {
  answers.persons = { json: { persons: [{ ...persons[0]!, name: 'Li' }, ...persons.slice(1)] } };
  answers['DELETE persons/3'] = { json: {} };
  open('#/persons');
  await screen.findByText('Anna Berg');
  expect(screen.queryByRole('button', { name: 'Remove: Li' })).toBeNull();
  press('Remove: Anna Berg');
  screen.getByText(own.persons.removeSure('Anna Berg'));
  press(own.persons.removeDo);
  await waitFor(() => expect(done).toEqual([['DELETE persons/3', null]]));
});

test('a viewer is offered nothing that changes anything', async () => {
  answers.session = { json: { person: { name: 'Anna', role: 'viewer' }, setUp: false } };
  answers['kiosks/mall-01'] = { json: { ...calmKiosk, standing: alerts.slice(0, 1) } };
  open('#/kiosks/mall-01');
  await screen.findByText(own.alerts.alertKinds.fault.title);
  const names = within(screen.getByRole('main'))
    .getAllByRole('button')
    .map((button) => button.textContent?.trim());
  expect(names).toEqual([own.kiosks.copy]);
  expect(screen.queryByRole('link', { name: own.nav.publish })).toBeNull();
  expect(screen.queryByRole('link', { name: own.nav.pairing })).toBeNull();
});

test('the language is changed in place, and remembered by whoever asks for it', async () => {
  const chosen: string[] = [];
  render(<App lang="en" onLang={(lang) => chosen.push(lang)} />);
  await screen.findByRole('heading', { name: own.nav.kiosks });
  press(own.other);
  await screen.findByRole('heading', { name: words['zh-CN'].nav.kiosks });
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(chosen).toEqual(['zh-CN']);
});
