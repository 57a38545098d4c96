/**
 * JSON as a configuration may be written: one value, no key twice, nothing after it. `JSON.parse` keeps the
 * last of two equal keys and says nothing, which for a limit or a device is a trap.
 */

import { type Both, both } from './fields.ts';

export const jsonMaximumBytes = 1_048_576;
const depthMaximum = 64;

export type JsonRead = { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly problem: Both };

class Broken extends Error {
  readonly words: Both;
  constructor(words: Both) {
    super(words.en);
    this.words = words;
  }
}

/**
 * Reads one JSON text of at most 1 MiB (UTF-8). Refused, each with line and column in words: two equal keys, the
 * keys `__proto__`, `constructor` and `prototype`, bytes after the value, numbers that JavaScript cannot hold
 * (1e400, -0, integers beyond 2^53), half characters, more than 64 levels. Never throws.
 */
export function parseJsonStrict(text: string): JsonRead {
  if (Buffer.byteLength(text, 'utf8') > jsonMaximumBytes) {
    const problem = both(
      `the text is longer than ${jsonMaximumBytes} bytes (1 MiB); make it shorter`,
      `文本超过 ${jsonMaximumBytes} 字节（1 MiB）；请缩短`,
    );
    return { ok: false, problem };
  }
  try {
    return { ok: true, json: new Reader(text).whole() };
  } catch (error) {
    if (error instanceof Broken) return { ok: false, problem: error.words };
    throw error;
  }
}

const expected = {
  name: both('a field name in double quotes', '双引号中的字段名'),
  colon: both('a colon after the field name', '字段名后的冒号'),
  inObject: both('a comma or the closing brace', '逗号或右花括号'),
  inList: both('a comma or the closing bracket', '逗号或右方括号'),
  value: both('a value', '一个值'),
} as const;

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  whole(): unknown {
    this.blanks();
    const value = this.value(0);
    this.blanks();
    if (this.at < this.text.length)
      this.fail(both('something follows the end of the document; remove it', '文件结尾之后还有内容；请去掉'));
    return value;
  }

  private fail(problem: Both, at = this.at): never {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    throw new Broken(
      both(`line ${line}, column ${column}: ${problem.en}`, `第 ${line} 行第 ${column} 列：${problem['zh-CN']}`),
    );
  }

  private blanks(): void {
    while (this.at < this.text.length && ' \t\n\r'.includes(this.text[this.at] as string)) this.at++;
  }

  private missing({ en, 'zh-CN': zh }: Both): never {
    const char = this.text[this.at];
    if (char === undefined) this.fail(both(`expected ${en}; the text ends here`, `此处应为${zh}；文本到此结束`));
    const found = JSON.stringify(char);
    this.fail(both(`expected ${en}; found ${found}`, `此处应为${zh}；实际是 ${found}`));
  }

  private expect(char: string, what: Both): void {
    if (this.text[this.at] !== char) this.missing(what);
    this.at++;
  }

  private value(depth: number): unknown {
    if (depth > depthMaximum) {
      this.fail(
        both(
          `more than ${depthMaximum} levels inside each other; make it flatter`,
          `嵌套超过 ${depthMaximum} 层；请减少层数`,
        ),
      );
    }
    const char = this.text[this.at];
    if (char === '{') return this.object(depth);
    if (char === '[') return this.array(depth);
    if (char === '"') return this.string();
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    this.at++;
    this.blanks();
    if (this.text[this.at] === '}') {
      this.at++;
      return result;
    }
    for (;;) {
      const keyAt = this.at;
      if (this.text[this.at] !== '"') this.missing(expected.name);
      const key = this.string();
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
        this.fail(both(`the field name "${key}" is not allowed; remove it`, `不允许字段名 "${key}"；请去掉`), keyAt);
      }
      if (Object.hasOwn(result, key)) {
        const twice = both(
          `the field "${key}" stands here twice; keep one of them`,
          `字段 "${key}" 在此出现两次；请只保留一个`,
        );
        this.fail(twice, keyAt);
      }
      this.blanks();
      this.expect(':', expected.colon);
      this.blanks();
      result[key] = this.value(depth + 1);
      this.blanks();
      if (this.text[this.at] === '}') break;
      this.expect(',', expected.inObject);
      this.blanks();
    }
    this.at++;
    return result;
  }

  private array(depth: number): unknown[] {
    const result: unknown[] = [];
    this.at++;
    this.blanks();
    if (this.text[this.at] === ']') {
      this.at++;
      return result;
    }
    for (;;) {
      result.push(this.value(depth + 1));
      this.blanks();
      if (this.text[this.at] === ']') break;
      this.expect(',', expected.inList);
      this.blanks();
    }
    this.at++;
    return result;
  }

  private string(): string {
    const startAt = this.at;
    this.at++;
    let result = '';
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined)
        this.fail(both('this text in double quotes has no end', '双引号中的文字没有结束'), startAt);
      if (char === '"') break;
      if (char < ' ') {
        this.fail(
          both(
            'a control character inside a text; write it as \\n, \\t or \\u00XX',
            '文字中有控制字符；请写作 \\n、\\t 或 \\u00XX',
          ),
        );
      }
      if (char === '\\') result += this.escape();
      else {
        result += char;
        this.at++;
      }
    }
    this.at++;
    if (!result.isWellFormed()) {
      const half = both('this text holds half a character (a lone surrogate)', '文字中有半个字符（单独的代理项）');
      this.fail(half, startAt);
    }
    return result;
  }

  private escape(): string {
    const char = this.text[this.at + 1] ?? '';
    const plain = escapes[char];
    if (plain !== undefined && Object.hasOwn(escapes, char)) {
      this.at += 2;
      return plain;
    }
    const hex = this.text.slice(this.at + 2, this.at + 6);
    if (char !== 'u' || !/^[0-9a-fA-F]{4}$/.test(hex)) {
      this.fail(
        both(
          'a backslash must be followed by " \\ / b f n r t or u and four hex digits',
          '反斜杠之后必须是 " \\ / b f n r t 之一，或 u 加四位十六进制数字',
        ),
      );
    }
    this.at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private number(): number {
    const pattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    pattern.lastIndex = this.at;
    const digits = pattern.exec(this.text)?.[0];
    if (digits === undefined) this.missing(expected.value);
    const value = Number(digits);
    const whole = !/[.eE]/.test(digits);
    if (!Number.isFinite(value) || Object.is(value, -0) || (whole && !Number.isSafeInteger(value))) {
      const shown = digits.slice(0, 40);
      this.fail(
        both(
          `the number ${shown} cannot be held exactly; write a smaller one`,
          `数 ${shown} 无法精确表示；请写小一些的数`,
        ),
      );
    }
    this.at += digits.length;
    return value;
  }
}
