/** The readiness report on paper, made from its entry alone. */
import { checkWords } from '../text/checks.ts';
import { plainAmount } from '../text/amount.ts';
import { readinessWords, verdictLines } from '../text/readiness.ts';
import type { Readiness } from '../server/staff-wire.ts';
import { figureRow, gap, paragraph, rule } from './markup.ts';
import { fieldOf, footing, heading, markup, type PaperHead } from './paper.ts';

/** Of a hash so many signs are enough to compare. */
const hashSigns = 12;

/** `time`: a moment as it stands on this paper. */
export function readinessDocument(
  head: PaperHead,
  report: Readiness,
  by: string,
  time: (at: string) => string,
): string {
  const words = readinessWords[head.lang];
  const { columns, lang } = head;
  const [verdict = '', ...reasons] = verdictLines(report, lang);
  const title = (text: string) => `|"${text}" |`;
  return markup([
    heading(head, words.title),
    [paragraph(verdict, columns), ...reasons.map((reason) => paragraph(`- ${reason}`, columns)), rule],
    [title(words.devices)],
    report.devices.flatMap(({ device, identity, state, faults }) => [
      figureRow(device, words.states[state], columns),
      ...[identity, ...faults].filter((line) => line !== null).map((line) => paragraph(line, columns)),
    ]),
    [rule, title(words.checks)],
    report.checks.flatMap(({ check, device, last }) => [
      figureRow(
        `${checkWords[check].name[lang]} · ${device ?? words.kiosk}`,
        last === null ? words.never : words.outcomes[last.outcome],
        columns,
      ),
      ...(last === null
        ? []
        : [paragraph(`${time(last.at)} · ${last.by}${last.fault === null ? '' : ` · ${last.fault}`}`, columns)]),
    ]),
    [rule, title(words.cash)],
    report.cash.map(({ unit, currency, minor }) =>
      figureRow(unit, plainAmount({ currency, minor }, head.exponent), columns),
    ),
    [
      rule,
      fieldOf(head, words.paper, report.paper === null ? null : words.papers[report.paper]),
      fieldOf(head, words.cases, [String(report.cases.count), ...report.cases.numbers].join(' ')),
      fieldOf(head, words.free, report.freeBytes === null ? '?' : `${Math.round(report.freeBytes / 1_000_000)} MB`),
      fieldOf(head, words.version, report.version),
      fieldOf(head, words.config, report.config.slice(0, hashSigns)),
      fieldOf(head, words.by, `${by} · ${head.at}`),
      gap(8),
    ],
    footing(head),
  ]);
}
