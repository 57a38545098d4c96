/** The reference table of the whole document, as markdown: made from what stands beside the fields, and from nothing else. */
import { schema } from './schema.ts';
import { besideOf, described, mayBe, shapeOf } from './shape.ts';

/** Where the table stands in the page of this folder. */
export const referenceMarks = { from: '<!-- reference: begin -->', to: '<!-- reference: end -->' } as const;

interface Row {
  readonly path: string;
  readonly field: unknown;
}

/** One table for the fields that stand by themselves, then one for each section. */
export function reference(): string {
  const top = Object.entries(shapeOf(schema).entries ?? {});
  const single = top.filter(([, field]) => !isSection(field));
  const sections = top.filter(([, field]) => isSection(field));
  const tables = sections.map(([path, field]) => section(path, field));
  return [table(single.flatMap(([path, field]) => rowsOf(path, field))), ...tables].join('\n\n');
}

function isSection(field: unknown): boolean {
  const { entries, item } = shapeOf(field);
  return besideOf(field).whole === undefined && (entries !== undefined || shapeOf(item ?? {}).entries !== undefined);
}

function section(path: string, field: unknown): string {
  const { about } = besideOf(field);
  const left = mayBe(field, 'optional') ? ` Left out: ${whenLeftOut(field)}.` : '';
  const list = shapeOf(field).item === undefined ? '' : ` It is ${described(field)?.en}.`;
  const inside = rowsOf(path, field).filter((row) => row.path !== path);
  return [`### \`${path}\``, `${about?.purpose}${list}${left}`, table(inside)].join('\n\n');
}

function table(rows: readonly Row[]): string {
  return ['| field | must be | left out | what it is for |', '|---|---|---|---|', ...rows.map(line)].join('\n');
}

function line({ path, field }: Row): string {
  const left = mayBe(field, 'optional') ? whenLeftOut(field) : '';
  return `| ${[`\`${path}\``, mustBe(field), left, besideOf(field).about?.purpose ?? ''].map(inCell).join(' | ')} |`;
}

function inCell(words: string): string {
  return words.replaceAll('|', '\\|');
}

/** The field itself where it has words, and all that is inside of it. */
function rowsOf(path: string, field: unknown): readonly Row[] {
  const { entries, item } = shapeOf(field);
  const { about, whole } = besideOf(field);
  const itself = about === undefined ? [] : [{ path, field }];
  if (whole !== undefined) return itself;
  if (item !== undefined && shapeOf(item).entries !== undefined) return [...itself, ...rowsOf(`${path}.*`, item)];
  const inside = Object.entries(entries ?? {}).flatMap(([name, below]) => rowsOf(`${path}.${name}`, below));
  return [...itself, ...inside];
}

function mustBe(field: unknown): string {
  if (besideOf(field).whole === undefined) return described(field)?.en ?? '';
  const parts = Object.entries(shapeOf(field).entries ?? {}).map(
    ([name, part]) => [name, described(part)?.en] as const,
  );
  const [first] = parts;
  const names = parts.map(([name]) => name).join(' and ');
  const same = parts.every(([, words]) => words === first?.[1]);
  const words = same ? `${names}, each ${first?.[1]}` : parts.map(([name, part]) => `${name}: ${part}`).join('; ');
  return mayBe(field, 'nullable') ? `${words}; or null` : words;
}

function whenLeftOut(field: unknown): string {
  const { leftOut } = besideOf(field).about ?? {};
  return leftOut ?? String((field as { readonly default?: unknown }).default);
}
