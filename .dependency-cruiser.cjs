/** Who may import whom. `scripts/import-law.ts` runs it, and fails too when no module was read. */

const builtins = { dependencyTypes: ['core'] };

/** The parts that decide: the same facts must give the same entries, on any machine and in simulation. */
const deciding =
  '^kiosk/(cabinet|configuration|console|session|sale|methods|till|staff|checks|statements|text|view|remote)/|^kiosk/day/(?!audit|books)|^kiosk/documents/(?!papers)|' +
  '^kiosk/(fact|command|entry|kiosk|device-state|device-memory|open-orders|moving|stacks|payouts|money|case|charges|charged-part|' +
  'refunds|decide|rules|turn|lookup|local-time|own-clock|journal/business-day)\\.ts$';

/** `hardware/NAME/` of a protocol; the ports, the bench and the display are not. */
const protocol = '^hardware/(?!ports/|bench/|display/)([^/]+)/';

/** All files of a protocol's folder but those whose names begin so. A driver may be many files. */
const filesBut = (...names) => `${protocol}(?!${names.join('|')})[^/]+\\.ts$`;

/** In a protocol's folder: from these files to no other than those allowed. */
function order(file, from, allowed) {
  return {
    name: `protocol-order-${file}`,
    comment: 'Inside a protocol: index → driver and its parts, inquiry → messages → frame, and never back.',
    severity: 'error',
    from: { path: from },
    to: { path: '^hardware/$1/', pathNot: `^hardware/$1/(${allowed})\\.ts$` },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-is-there',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'ui-sees-only-the-wire',
      comment:
        'The screens know nothing of rules, machines or settings; all comes in the View. The beacon is drawn and read by one code.',
      severity: 'error',
      from: { path: '^ui/' },
      to: {
        path: '^(kiosk|hardware|config|scripts|tests)/',
        pathNot: '^kiosk/(server/(staff-)?|office/server/)wire\\.ts$|^hardware/display/beacon\\.ts$',
      },
    },
    {
      name: 'ui-runs-in-a-browser',
      comment: 'A browser has no built-ins of Node.',
      severity: 'error',
      from: { path: '^ui/' },
      to: builtins,
    },
    {
      name: 'kiosk-looks-down-only',
      comment: 'The kiosk uses hardware and config.',
      severity: 'error',
      from: { path: '^kiosk/' },
      to: { path: '^(ui|scripts|tests)/' },
    },
    {
      name: 'hardware-knows-nobody',
      comment: 'Devices say what they see; they know neither the kiosk nor its configuration.',
      severity: 'error',
      from: { path: '^hardware/(?!bench/)' },
      to: { path: '^(kiosk|ui|config|scripts|tests)/' },
    },
    {
      name: 'bench-reads-only-the-configuration',
      comment: 'The simulated cabinet reads which devices to play, and no more.',
      severity: 'error',
      from: { path: '^hardware/bench/' },
      to: { path: '^(kiosk|ui|scripts|tests)/' },
    },
    {
      name: 'config-knows-nobody',
      comment: 'What the schema must know of protocols is handed in.',
      severity: 'error',
      from: { path: '^config/' },
      to: { path: '^(kiosk|ui|hardware|scripts|tests)/' },
    },
    {
      name: 'nothing-needs-the-tests',
      comment: 'The product and its scripts stand without the tests.',
      severity: 'error',
      from: { path: '^scripts/' },
      to: { path: '^tests/.*\\.test\\.tsx?$' },
    },
    {
      name: 'simulators-stand-alone',
      comment: 'A simulator is a second witness: it shares no code with the driver it judges. It may be several files.',
      severity: 'error',
      from: { path: '^hardware/([^/]+)/simulator[-a-z]*\\.ts$' },
      to: {
        pathNot: '^hardware/(port|clock|simulated)\\.ts$|^hardware/$1/simulator-[a-z]+\\.ts$',
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'drivers-never-see-a-simulator',
      comment: 'A real start never loads one: only the catalog’s lazy import, the bench and the scripts do.',
      severity: 'error',
      from: {
        path: '^(kiosk|config|ui|hardware)/',
        pathNot: '^hardware/(bench/|catalog\\.ts$|[^/]+/simulator[-a-z]*\\.ts$)',
      },
      to: { path: '^hardware/[^/]+/simulator[-a-z]*\\.ts$' },
    },
    order('frame', `${protocol}frame\\.ts$`, ''),
    order('messages', `${protocol}messages\\.ts$`, 'frame'),
    order('driver', filesBut('simulator', 'index', 'inquiry'), '(?!index|inquiry|simulator)[^/]+'),
    order('inquiry', `${protocol}inquiry\\.ts$`, 'messages|frame'),
    {
      name: 'protocols-do-not-mix',
      comment: 'One protocol, one folder: another protocol’s files are none of its business.',
      severity: 'error',
      from: { path: protocol },
      to: { path: protocol, pathNot: '^hardware/$1/' },
    },
    {
      name: 'drivers-are-pure',
      comment:
        'All of a driver, and what drivers share, holds no timers and touches no files: the Link gives them all.',
      severity: 'error',
      from: {
        path: `${filesBut('simulator', 'cipher\\.ts')}|^hardware/(note-path|standing|stock|framing|checksum|currency)\\.ts$`,
      },
      to: builtins,
    },
    {
      name: 'ciphers-only-compute',
      comment: 'A cipher is pure as its driver is, but for the mathematics in Node’s crypto; chance is handed in.',
      severity: 'error',
      from: { path: `${protocol}cipher\\.ts$` },
      to: { ...builtins, pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'deciding-is-pure',
      comment: 'What decides imports no built-in of Node: time, chance and storage are handed in.',
      severity: 'error',
      from: { path: deciding },
      to: builtins,
    },
    {
      name: 'deciding-knows-no-machine',
      comment:
        'What decides knows itself and the contracts of devices and services, none of them; main.ts hands in the rest.',
      severity: 'error',
      from: { path: deciding },
      to: {
        path: '^(hardware|kiosk)/',
        pathNot: `${deciding}|^hardware/(device|charge|cabinet-io|sum)\\.ts$|^kiosk/server/(staff-)?wire\\.ts$|^kiosk/services/[^/]+/contract\\.ts$`,
      },
    },
    {
      name: 'methods-stand-apart',
      comment: 'A way to pay is one folder; only the catalog knows them all.',
      severity: 'error',
      from: { path: '^kiosk/methods/([^/]+)/' },
      to: { path: '^kiosk/methods/[^/]+/', pathNot: '^kiosk/methods/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|node_modules/\\.)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
