/**
 * `npm run screens [-- --out DIR] [--all] [--only NAME]`: a picture of every screen × language × layout from real
 * Chromium, and a ruler laid on each: also with the longest texts and with text at 140 %. Exit 1 names what is wrong.
 * The screens are those that kiosks show which were led there just before. The staff's pages and the office's are measured
 * too, each as a whole: they may be longer than the glass or the window.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Finding } from '../ui/gallery/inspect.ts';
import {
  type Gallery,
  LAYOUTS,
  type LayoutName,
  measure,
  OFFICE_LAYOUTS,
  type OfficeLayoutName,
  openGallery,
  openOfficeGallery,
  openStaffGallery,
  type Shot,
  show,
  showPage,
} from './gallery-server.ts';
import { officeNames, officeSamples } from './screens/office-samples.ts';
import { sampleBook, sampleNames } from './screens/samples.ts';
import { staffNames, staffSamples } from './screens/staff-samples.ts';

const HELP = `Usage: npm -s run screens -- [--out DIR] [--all] [--only NAME]

Photographs and measures every screen in both languages.

  --out DIR    where the pictures go: DIR/SCREEN.LANG.LAYOUT.png (default ./screens-out), the staff's pages as
               DIR/staff-PAGE.LANG.LAYOUT.png, the office's as DIR/office-PAGE.LANG.LAYOUT.png
  --all        also pictures of the longest texts, large text and high contrast, in DIR/variants
  --only NAME  only screens whose name begins with NAME; a name that none has lists them all
Exit 0 when every screen is good, 1 when one is not, 2 for a wrong argument.`;

interface Variant {
  readonly name: string;
  readonly long: boolean;
  readonly textPercent: 100 | 140;
  readonly contrast: 'normal' | 'high';
}

/** The first is the one whose pictures are kept. */
const VARIANTS: readonly Variant[] = [
  { name: 'plain', long: false, textPercent: 100, contrast: 'normal' },
  { name: 'longest', long: true, textPercent: 100, contrast: 'normal' },
  { name: 'large', long: false, textPercent: 140, contrast: 'normal' },
  { name: 'longest-large', long: true, textPercent: 140, contrast: 'normal' },
  { name: 'contrast', long: false, textPercent: 100, contrast: 'high' },
];

/** Before the names of the staff's pages, and of the office's. */
const staffPrefix = 'staff-';
const officePrefix = 'office-';
const allNames = [
  ...sampleNames,
  ...staffNames.map((name) => staffPrefix + name),
  ...officeNames.map((name) => officePrefix + name),
];

interface Options {
  readonly out: string;
  readonly all: boolean;
  readonly only: string;
}

interface Count {
  readonly screens: number;
  readonly pictures: number;
  readonly findings: number;
}

async function main(options: Options): Promise<number> {
  await mkdir(options.all ? join(options.out, 'variants') : options.out, { recursive: true });
  const counts = [
    await ofGlass(options),
    await ofPages(options, staffPages),
    await ofPages(options, officePages),
  ] as const;
  const sum = (of: keyof Count) => counts.reduce((all, count) => all + count[of], 0);
  const [screens, pictures, findings] = [sum('screens'), sum('pictures'), sum('findings')];
  process.stdout.write(`${JSON.stringify({ screens, pictures, findings, out: options.out })}\n`);
  return findings === 0 ? 0 : 1;
}

async function ofGlass(options: Options): Promise<Count> {
  const names = namesFor(options.only).filter((name) => sampleNames.includes(name));
  let pictures = 0;
  let findings = 0;
  if (names.length === 0) return { screens: 0, pictures, findings };
  const gallery = await openGallery(sampleBook());
  try {
    for (const layout of Object.keys(LAYOUTS) as LayoutName[]) {
      const page = await gallery.page(layout);
      for (const screen of names) {
        for (const lang of ['zh-CN', 'en'] as const) {
          for (const variant of VARIANTS) {
            const shot: Shot = { screen, lang, ...variant };
            await show(page, shot);
            const found = await measure(page);
            findings += found.length;
            const label = `${screen}.${lang}.${layout}`;
            for (const finding of found) report(label, variant.name, finding);
            const path = picturePath(options, label, variant.name);
            if (path !== null) {
              await page.screenshot({ path });
              pictures += 1;
            }
          }
        }
      }
      await page.close();
    }
  } finally {
    await gallery.close();
  }
  return { screens: names.length, pictures, findings };
}

interface Pages {
  /** Before the names of these pages. */
  readonly prefix: string;
  readonly layouts: readonly (LayoutName | OfficeLayoutName)[];
  readonly open: () => Promise<Gallery>;
}

const staffPages: Pages = {
  prefix: staffPrefix,
  layouts: Object.keys(LAYOUTS) as LayoutName[],
  open: () => openStaffGallery(staffSamples),
};
const officePages: Pages = {
  prefix: officePrefix,
  layouts: Object.keys(OFFICE_LAYOUTS) as OfficeLayoutName[],
  open: () => openOfficeGallery(officeSamples),
};

/** Each page from its head to its foot. What is long there is a sample of its own. */
async function ofPages(options: Options, { prefix, layouts, open }: Pages): Promise<Count> {
  const names = namesFor(options.only).filter((name) => name.startsWith(prefix));
  let pictures = 0;
  let findings = 0;
  if (names.length === 0) return { screens: 0, pictures, findings };
  const gallery = await open();
  try {
    for (const layout of layouts) {
      const page = await gallery.page(layout);
      for (const name of names) {
        for (const lang of ['zh-CN', 'en'] as const) {
          for (const { name: variant, textPercent, contrast } of VARIANTS.filter(({ long }) => !long)) {
            await showPage(page, name.slice(prefix.length), { lang, textPercent, contrast });
            const found = await measure(page);
            findings += found.length;
            const label = `${name}.${lang}.${layout}`;
            for (const finding of found) report(label, variant, finding);
            const path = picturePath(options, label, variant);
            if (path !== null) {
              await page.screenshot({ path, fullPage: true });
              pictures += 1;
            }
          }
        }
      }
      await page.close();
    }
  } finally {
    await gallery.close();
  }
  return { screens: names.length, pictures, findings };
}

function namesFor(only: string): readonly string[] {
  return allNames.filter((name) => name.startsWith(only));
}

function picturePath(options: Options, label: string, variant: string): string | null {
  if (variant === 'plain') return join(options.out, `${label}.png`);
  return options.all ? join(options.out, 'variants', `${label}.${variant}.png`) : null;
}

function report(label: string, variant: string, finding: Finding): void {
  process.stderr.write(`${label} (${variant}): ${finding.kind} at ${finding.where}: ${finding.what}\n`);
}

function read(): Options | string | null {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: 'screens-out' },
        all: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    return namesFor(values.only).length > 0
      ? values
      : `no screen's name begins with ${values.only}: there are ${allNames.join(', ')}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const options = read();
if (options === null) {
  process.stdout.write(`${HELP}\n`);
} else if (typeof options === 'string') {
  process.stderr.write(`${JSON.stringify({ error: 'usage', message: options })}\n`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await main(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${JSON.stringify({ error: 'screens', message })}\n`);
    process.exitCode = 1;
  }
}
