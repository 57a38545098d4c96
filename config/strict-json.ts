/**
 * JSON as a configuration may be written: one value, no key twice, nothing after it. `JSON.parse` keeps the
 * last of two equal keys and says nothing, which for a limit or a device is a trap.
 */

export const jsonMaximumBytes = 1_048_576;
const depthMaximum = 64;

export type JsonRead = { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly problem: string };

class Broken extends Error {}

/**
 * Reads one JSON text of at most 1 MiB (UTF-8). Refused, each with line and column in words: two equal keys, the
 * keys `__proto__`, `constructor` and `prototype`, bytes after the value, numbers that JavaScript cannot hold
 * (1e400, -0, integers beyond 2^53), half characters, more than 64 levels. Never throws.
 */
export function parseJsonStrict(text: string): JsonRead {
  if (Buffer.byteLength(text, 'utf8') > jsonMaximumBytes) {
    return { ok: false, problem: `the text is longer than ${jsonMaximumBytes} bytes (1 MiB); make it shorter` };
  }
  try {
    return { ok: true, json: new Reader(text).whole() };
  } catch (error) {
    if (error instanceof Broken) return { ok: false, problem: error.message };
    throw error;
  }
}

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
    if (this.at < this.text.length) this.fail('something follows the end of the document; remove it');
    return value;
  }

  private fail(problem: string, at = this.at): never {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    throw new Broken(`line ${line}, column ${column}: ${problem}`);
  }

  private blanks(): void {
    while (this.at < this.text.length && ' \t\n\r'.includes(this.text[this.at] as string)) this.at++;
  }

  private found(): string {
    const char = this.text[this.at];
    return char === undefined ? 'the text ends here' : `found ${JSON.stringify(char)}`;
  }

  private expect(char: string, what: string): void {
    if (this.text[this.at] !== char) this.fail(`expected ${what}; ${this.found()}`);
    this.at++;
  }

  private value(depth: number): unknown {
    if (depth > depthMaximum) this.fail(`more than ${depthMaximum} levels inside each other; make it flatter`);
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
      if (this.text[this.at] !== '"') this.fail(`expected a field name in double quotes; ${this.found()}`);
      const key = this.string();
      if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
        this.fail(`the field name "${key}" is not allowed; remove it`, keyAt);
      }
      if (Object.hasOwn(result, key)) this.fail(`the field "${key}" stands here twice; keep one of them`, keyAt);
      this.blanks();
      this.expect(':', 'a colon after the field name');
      this.blanks();
      result[key] = this.value(depth + 1);
      this.blanks();
      if (this.text[this.at] === '}') break;
      this.expect(',', 'a comma or the closing brace');
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
      this.expect(',', 'a comma or the closing bracket');
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
      if (char === undefined) this.fail('this text in double quotes has no end', startAt);
      if (char === '"') break;
      if (char < ' ') this.fail('a control character inside a text; write it as \\n, \\t or \\u00XX');
      if (char === '\\') result += this.escape();
      else {
        result += char;
        this.at++;
      }
    }
    this.at++;
    if (!result.isWellFormed()) this.fail('this text holds half a character (a lone surrogate)', startAt);
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
      this.fail('a backslash must be followed by " \\ / b f n r t or u and four hex digits');
    }
    this.at += 6;
    return String.fromCharCode(Number.parseInt(hex, 16));
  }

  private number(): number {
    const pattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    pattern.lastIndex = this.at;
    const digits = pattern.exec(this.text)?.[0];
    if (digits === undefined) this.fail(`expected a value; ${this.found()}`);
    const value = Number(digits);
    const whole = !/[.eE]/.test(digits);
    if (!Number.isFinite(value) || Object.is(value, -0) || (whole && !Number.isSafeInteger(value))) {
      this.fail(`the number ${digits.slice(0, 40)} cannot be held exactly; write a smaller one`);
    }
    this.at += digits.length;
    return value;
  }
}
