/**
 * What the office's console and its server say to each other: JSON over HTTP, below `/api/`. Times are ISO 8601 UTC. What cannot be
 * done is answered with 401 (nobody is logged in), 403 (this person may not), 404, 409 or 422 and a `Problem`.
 */

export type Role = 'viewer' | 'operator' | 'administrator';
/** manage: persons, and the pairing of kiosks. */
export type Right = 'see' | 'publish' | 'command' | 'manage';

export const rights: Readonly<Record<Role, readonly Right[]>> = {
  viewer: ['see'],
  operator: ['see', 'publish', 'command'],
  administrator: ['see', 'publish', 'command', 'manage'],
};

/** The same words in both languages of the staff. */
export interface Both {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** In both languages; or a word that the console has a sentence for, a figure, or what came in one language alone. */
export type Said = Both | string;

export interface Problem {
  /**
   * A word that the console has a sentence for. Of every request: `malformed` (400), `not-logged-in` (401), `not-allowed` (403),
   * `foreign` (403: from another page or under another name), `nothing-here` (404), `too-large` (413), `not-json` (415), `too-often` (429), `failed`
   * (500: it may be asked again).
   */
  readonly problem: string;
  /** Of `locked`. */
  readonly seconds?: number;
  /** Of `busy-kiosk` and `known-kiosk`: the first that is meant; and the rollout that has it. */
  readonly kiosk?: string;
  readonly rollout?: number;
  /** Of `unsound`: each thing that is wrong with a configuration. */
  readonly problems?: readonly { readonly kiosk: string | null; readonly path: string; readonly problem: Both }[];
}

/**
 * Why nobody came in: name and passphrase, or the code, do not fit (`wrong`); too many wrong tries (`locked`, with `seconds`); it is
 * set up already (`no-set-up`); the passphrase has under 10 signs, or 4 kinds of them, or is the name (`weak-passphrase`).
 */
export type LogInProblem =
  | 'not-logged-in'
  | 'wrong'
  | 'locked'
  | 'busy'
  | 'no-set-up'
  | 'bad-name'
  | 'name-taken'
  | 'too-many'
  | 'weak-passphrase';

/** GET /api/session. POST /api/set-up {code, name, passphrase}, /api/log-in {name, passphrase}, /api/log-out. */
export interface Session {
  /** Null: nobody is logged in. */
  readonly person: { readonly name: string; readonly role: Role } | null;
  /** Nobody works here yet: the first comes in with the set-up code. */
  readonly setUp: boolean;
}

/**
 * GET /api/persons {persons}; POST /api/persons {name, role, passphrase}: {person}; DELETE /api/persons/N, or `not-there`,
 * `last-administrator`; POST /api/passphrase {old, passphrase}.
 */
export interface PersonLine {
  readonly person: number;
  readonly name: string;
  readonly role: Role;
  readonly addedAt: string;
  readonly addedBy: string | null;
}

/** GET /api/acts?before=N {acts}: the newest first, 100 at most. */
export interface ActLine {
  readonly act: number;
  readonly at: string;
  readonly person: string;
  readonly did: string;
  readonly subject: string;
  readonly detail: string;
}

export type Presence = 'here' | 'away' | 'never';

/** GET /api/kiosks {kiosks}. */
export interface KioskLine {
  readonly kiosk: string;
  readonly presence: Presence;
  /** Since when; null: nobody knows. */
  readonly since: string | null;
  /** Whether customers are served, and the title of the screen that says they are not; null: nothing is known. */
  readonly open: boolean | null;
  readonly why: Both | null;
  /** Of its place and groups, by its running configuration. */
  readonly place: Both | null;
  readonly groups: readonly string[];
  readonly running: RunningLine | null;
  readonly openCases: number;
  /** Alerts that are not cleared. */
  readonly alerts: number;
  /** Rows of its journal that are stored here, and those that it says are not. */
  readonly stored: number;
  readonly waiting: number;
  readonly levels: readonly LevelLine[];
}

export interface RunningLine {
  /** SHA-256, hex. */
  readonly hash: string;
  /** The office's number; null: given by hand, or changed at the kiosk. */
  readonly edition: number | null;
  readonly staged: number | null;
  readonly stale: boolean;
  /** The number that is published for it; null: none is. */
  readonly published: number | null;
}

export interface LevelLine {
  readonly device: string;
  readonly unit: string;
  readonly currency: string;
  readonly minor: number;
  readonly count: number;
  readonly capacity: number | null;
}

/** GET /api/kiosks/ID. */
export interface KioskPage extends KioskLine {
  /** Of the program. */
  readonly version: string | null;
  readonly devices: readonly {
    readonly id: string;
    readonly kind: string;
    readonly state: 'ready' | 'busy' | 'fault' | 'lost';
    readonly fault: string | null;
  }[];
  /** Its whole running configuration; null: it never told. */
  readonly document: unknown;
  readonly pairedAt: string | null;
  readonly pairedBy: string | null;
  /** Rows up to this number are missing before what came last; null: none are. */
  readonly missingTo: number | null;
  readonly standing: readonly AlertLine[];
  readonly commands: readonly CommandLine[];
}

/**
 * GET /api/alerts {alerts}: those that stand; ?cleared=yes&before=N: those that are over, 500 at most, the newest first.
 * POST /api/alerts/N/acknowledge, /api/alerts/N/clear (right: command): {alert}, or `not-there`, `over`.
 */
export interface AlertLine {
  readonly alert: number;
  readonly kiosk: string;
  readonly kind: string;
  readonly subject: string;
  readonly detail: Said;
  readonly status: 'open' | 'acknowledged' | 'cleared';
  readonly openedAt: string;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly clearedAt: string | null;
  /** Null: it was over by itself. */
  readonly clearedBy: string | null;
}

/**
 * GET /api/pairings {pairings}: kiosks that wait to be let in. POST /api/pairings {code}: lets in the one whose screen shows this
 * code, answered with {kiosk}; or `no-such-code`, `known-kiosk` (with {replace: true} beside the code it takes that one's place).
 */
export interface PairingLine {
  readonly kiosk: string;
  readonly since: string;
}

export type Whom =
  | { readonly whom: 'kiosk'; readonly kiosk: string }
  | { readonly whom: 'group'; readonly group: string }
  | { readonly whom: 'all' };

/** How fast a configuration goes out. */
export interface Pace {
  /** So many kiosks go first; 0: none does. */
  readonly canary: number;
  /** Percent of the rest that each further wave takes, 1 to 100. */
  readonly percent: number;
  /** Minutes from the end of a wave until the next begins. */
  readonly restMinutes: number;
  /** Percent of those that were judged that may have failed; more, and it is aborted by itself. 0: none may. */
  readonly failuresPercent: number;
  /** By the clock of each kiosk's own zone, `HH:MM`; may go over midnight; null: at any time. */
  readonly window: { readonly from: string; readonly to: string } | null;
  /** A kiosk that is here and has not judged after so many minutes counts as failed. */
  readonly overdueMinutes: number;
}

/**
 * POST /api/preview {whom, text}: `text` is a configuration or a part of one, as JSON; answered with {changes}, or 422 `unsound`.
 * Nothing is published by it.
 */
export interface PreviewLine {
  readonly kiosk: string;
  /** In words, in both languages; none: nothing changes for it. */
  readonly differences: readonly Both[];
}

/**
 * GET /api/rollouts {rollouts}: the newest first; GET /api/rollouts/N: RolloutPage. POST /api/rollouts {whom, text, pace}: {rollout}.
 * POST /api/rollouts/N/pause, /resume, /abort; /pass-by: it waits no more for kiosks that are away; and /back: what its kiosks had before is published anew, as a rollout of its
 * own, answered with {rollout}. Problems: `unsound` (422), `no-such-rollout` (404), `busy-kiosk` with the `kiosk` and the `rollout`
 * that has it, `not-running`, `not-paused`, `ended`, `nobody-away`,
 * `nothing-before`.
 */
export interface RolloutLine {
  readonly rollout: number;
  readonly whom: Whom;
  readonly pace: Pace;
  readonly status: 'running' | 'paused' | 'aborted' | 'done';
  /** Of one that is paused or aborted by itself: `failures`, `no-keys`, or a problem in words. */
  readonly why: Said | null;
  readonly beganAt: string;
  readonly beganBy: string;
  readonly endedAt: string | null;
  /** Kiosks by status. */
  readonly counts: Readonly<Partial<Record<RolloutStep, number>>>;
}

/** passed-by: it was away, and a person has let the rollout go on without it; it gets the configuration when it is back. */
export type RolloutStep =
  | 'waiting'
  | 'published'
  | 'staged'
  | 'running'
  | 'refused'
  | 'went-back'
  | 'overdue'
  | 'passed-by';

export interface RolloutPage extends RolloutLine {
  readonly text: string;
  readonly kiosks: readonly {
    readonly kiosk: string;
    readonly wave: number;
    readonly status: RolloutStep;
    readonly edition: number | null;
    readonly why: Said | null;
    readonly changedAt: string;
    /** The rollout waits for it, and will until it is back or passed by. */
    readonly away: boolean;
  }[];
}

export type CommandAct =
  | { readonly act: 'lock' | 'unlock' | 'restart' | 'reboot' | 'send-log' | 'screenshot' | 'close-day' }
  | { readonly act: 'send-trace'; readonly device: string }
  /** Shown on the welcome screen until another takes its place; both null: none is. */
  | { readonly act: 'message'; readonly text: Both | null }
  | { readonly act: 'method'; readonly method: string; readonly enabled: boolean };

/** idle: when nobody is served; after-customer: as idle, before anybody else is; now: at once, money in it or not, where the act allows it. */
export type CommandPriority = 'idle' | 'after-customer' | 'now';

/** Whom an order is for: as a configuration, or some by their names. */
export type Ordered = Whom | { readonly whom: 'kiosks'; readonly kiosks: readonly string[] };

/**
 * POST /api/commands/reach {whom, order}: {kiosks}, or 404 `nobody`: whom it would reach, by name. Nothing is ordered by it.
 */
export interface ReachLine {
  readonly kiosk: string;
  readonly presence: Presence;
  /** The word with which the kiosk would refuse it, by what it last told; null: nothing speaks against it. */
  readonly refusal: string | null;
}

/**
 * POST /api/commands {whom, order, priority, minutes, kiosks?}: {number, commands}, or 404 `nobody`; `minutes`: until the deadline; `kiosks`: whom the person
 * was shown; when others are meant by now, 409 `others-meant`, and nothing is ordered. GET /api/kiosks/ID/attachments/SEQ/NAME: the file.
 */
export interface CommandLine {
  readonly kiosk: string;
  readonly seq: number;
  readonly order: CommandAct;
  readonly priority: CommandPriority;
  readonly orderedAt: string;
  readonly orderedBy: string;
  readonly deadline: string;
  /** taken: the kiosk has it and waits for the moment. */
  readonly status: 'sent' | 'taken' | 'done' | 'failed' | 'refused' | 'expired';
  readonly result: string | null;
  readonly endedAt: string | null;
  readonly attachments: readonly { readonly name: string; readonly media: string; readonly bytes: number }[];
}

/** GET /api/commands {orders}: the newest first, 100 at most; GET /api/commands/N: OrderPage, or 404 `not-there`. */
export interface OrderLine extends Pick<CommandLine, 'order' | 'priority' | 'orderedAt' | 'orderedBy' | 'deadline'> {
  readonly number: number;
  readonly whom: Ordered;
  /** Kiosks by status. */
  readonly counts: Readonly<Partial<Record<CommandLine['status'], number>>>;
}

export interface OrderPage extends OrderLine {
  /** `away`: it is waited for, and is away. */
  readonly kiosks: readonly (CommandLine & { readonly away: boolean })[];
}
