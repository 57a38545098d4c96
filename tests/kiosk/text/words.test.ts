import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { en } from '../../../kiosk/text/en.ts';
import { isText, wordsOf } from '../../../kiosk/text/languages.ts';
import type { Words } from '../../../kiosk/text/words.ts';
import { zhCN } from '../../../kiosk/text/zh-CN.ts';

interface Text {
  readonly key: string;
  readonly text: string;
  readonly parameters: readonly string[];
}

/** Every text of a language; sentences are called with marks that show where each parameter went. */
function textsOf(words: Words): Text[] {
  return Object.entries(words).flatMap(([place, texts]) =>
    Object.entries(texts as Record<string, unknown>).map(([name, word]) => {
      const key = `${place}.${name}`;
      if (typeof word === 'string') return { key, text: word, parameters: [] };
      if (typeof word !== 'function') throw new Error(`${key} is neither a text nor a sentence`);
      const parameters = Array.from({ length: word.length }, (_, at) => `⟨${at}⟩`);
      return { key, text: String(word(...parameters)), parameters };
    }),
  );
}

const chinese = textsOf(zhCN);
const english = textsOf(en);
const both = [...chinese, ...english];

function breaking(texts: readonly Text[], rule: RegExp): string[] {
  return texts.filter(({ text }) => rule.test(text)).map(({ key, text }) => `${key}: ${text}`);
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The Chinese that a file would show: whoever writes a sentence there writes it in both languages. */
function chineseShown(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node) ? node.text : '';
    if (/[\u4e00-\u9fff]/.test(text)) found.push(`${path}: ${text}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no sentence for customers stands outside of kiosk/text', () => {
  const files = ['kiosk', 'ui/screens', 'ui/parts'].flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true }) as string[]).map((path) => `${folder}/${path}`),
  );
  const code = files.filter((path) => /\.tsx?$/.test(path));
  expect(code.filter((path) => !path.startsWith('kiosk/text/')).flatMap(chineseShown)).toEqual([]);
  expect(chineseShown('kiosk/text/paper.ts').length).toBeGreaterThan(50);
});

describe('the words of both languages', () => {
  test('are many enough to have been read at all', () => {
    expect(chinese.length).toBeGreaterThan(200);
    expect(english.map(({ key }) => key)).toEqual(chinese.map(({ key }) => key));
  });

  test('are never empty, never undefined, and carry every figure that they are given', () => {
    expect(breaking(both, /^\s*$|undefined|NaN|null|\[object/)).toEqual([]);
    const lost = both.filter(({ text, parameters }) => parameters.some((mark) => !text.includes(mark)));
    expect(lost.map(({ key }) => key)).toEqual([]);
  });

  test('take the same figures in both languages', () => {
    const lengths = (texts: readonly Text[]) => texts.map(({ key, parameters }) => `${key} ${parameters.length}`);
    expect(lengths(english)).toEqual(lengths(chinese));
  });

  test('never shout', () => {
    expect(breaking(both, /[!！]/)).toEqual([]);
  });

  test('never blame and never speak of errors', () => {
    expect(breaking(english, /\b(fail|error|invalid|illegal|abnormal|wrong|denied|reject|please note)/i)).toEqual([]);
    expect(breaking(chinese, /失败|错误|无效|非法|异常|有误|拒绝/)).toEqual([]);
  });

  test('never call a note false', () => {
    expect(breaking(both, /假币|假钞|伪造|counterfeit|fake|forged|cheat/i)).toEqual([]);
  });

  test('say 还需付 and 您', () => {
    expect(breaking(chinese, /还需支付|你/)).toEqual([]);
  });

  test('promise cash from this machine only where one pays out', () => {
    const paysOut = /[cC]ash|counting|soFar|changeTitle|Both$/;
    const elsewhere = (texts: readonly Text[]) => texts.filter(({ key }) => !paysOut.test(key.replace(/^cash\./, '')));
    expect(breaking(elsewhere(english), /\breturn .{0,12}cash|cash back\b|counting your/i)).toEqual([]);
    expect(breaking(elsewhere(chinese), /退还[^，。]{0,8}现金|取走零钱|出零钱/)).toEqual([]);
  });

  test('wish nobody a slow walk in a clinic, and elsewhere only aloud', () => {
    const walking = chinese.filter(({ text }) => text.includes('请慢走')).map(({ key }) => key);
    expect(walking).toEqual(['spoken.goodbye']);
  });

  test('have one name for each paper: receipt, cash slip, case slip', () => {
    expect(breaking(english, /(?<!\b(?:cash|case) )\bslips?\b/i)).toEqual([]);
    expect(breaking(chinese, /(?<!现金)凭证|找零单|退款单|小票|票据/)).toEqual([]);
  });

  test('say of each number which paper or bill it is of', () => {
    expect(breaking(english, /\b(?:the|this|that|your|a|by|with) numbers?\b(?! that)/i)).toEqual([]);
    expect(breaking(chinese, /编号/)).toEqual([]);
  });

  test('keep to their language', () => {
    const own = english.filter(({ key }) => key !== 'frame.otherLanguage');
    expect(breaking(own, /\p{Script=Han}|[，。？：（）]/u)).toEqual([]);
    const latin = chinese.filter(({ key }) => key !== 'frame.otherLanguage');
    expect(breaking(latin, /[a-z]{2,}|[,;?()]/i)).toEqual([]);
  });

  test('end spoken sentences, and leave written ones open', () => {
    const spoken = both.filter(({ key }) => key.startsWith('spoken.'));
    expect(spoken.filter(({ text }) => !/[。？.?]$/.test(text)).map(({ key }) => key)).toEqual([]);
    const written = both.filter(({ key }) => !key.startsWith('spoken.'));
    expect(breaking(written, /[。.]$/)).toEqual([]);
  });

  test('are short: one written text is at most 60 signs in Chinese and 150 in English', () => {
    expect(chinese.filter(({ text }) => text.length > 60).map(({ key }) => key)).toEqual([]);
    expect(english.filter(({ text }) => text.length > 150).map(({ key }) => key)).toEqual([]);
  });
});

describe('the merchant’s own texts', () => {
  test('stand in place of ours, in their language', () => {
    const own = { 'find.billHint': { 'zh-CN': '在收费单左上角', en: 'At the top left of your fee sheet' } };
    expect(wordsOf('zh-CN', own).find.billHint).toBe('在收费单左上角');
    expect(wordsOf('en', own).find.billHint).toBe('At the top left of your fee sheet');
    expect(wordsOf('en', own).find.billTitle).toBe(en.find.billTitle);
  });

  test('never replace a sentence with figures', () => {
    const own = { 'cash.cancelSlip': { 'zh-CN': '取消', en: 'Cancel' } };
    expect(wordsOf('en', own).cash.cancelSlip('¥50')).toContain('¥50');
  });

  test('have the names of texts that are replaced, and no others', () => {
    const names = ['find.billHint', 'attract.touch', 'find.bilHint', 'find', 'cash.cancelSlip', 'find.billHint.x', ''];
    expect(names.filter(isText)).toEqual(['find.billHint', 'attract.touch']);
    for (const place of ['__proto__', 'constructor']) expect(isText(`${place}.toString`)).toBe(false);
  });
});
