import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonMaximumBytes, parseJsonStrict } from '../../config/strict-json.ts';

function problem(text: string): string {
  const read = parseJsonStrict(text);
  return read.ok ? 'read' : read.problem.en;
}

test('whatever JSON.stringify writes is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ noUnpairedSurrogates: true } as object),
      fc.constantFrom(undefined, 2, '\t'),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const forbidden = /"(?:__proto__|constructor|prototype)":/.test(text) || /-0(?![.\d])|\d{16}/.test(text);
        fc.pre(!forbidden && text.isWellFormed() && !/\\ud[89a-f]/i.test(text));
        expect(parseJsonStrict(text)).toEqual({ ok: true, json: JSON.parse(text) });
      },
    ),
  );
});

test('what JSON.parse refuses is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:0123.-+eE \\/untrlfase\n'), maxLength: 30 }), (text) => {
      let parsed = true;
      try {
        JSON.parse(text);
      } catch {
        parsed = false;
      }
      if (!parsed) expect(parseJsonStrict(text).ok).toBe(false);
    }),
    { numRuns: 5000 },
  );
});

test.each<[string, string, RegExp]>([
  ['a key that stands twice', '{"a":1,\n "b":2,\n "a":3}', /^line 3, column 2: the field "a" stands here twice/],
  ['a key that stands twice, once in disguise', '{"a":1,"\\u0061":2}', /"a" stands here twice/],
  ['something after the end', '{} x', /^line 1, column 4: something follows/],
  ['a second document', '{}\n{}', /^line 2, column 1: something follows/],
  ['a key that changes every object', '{"__proto__":{"admin":true}}', /"__proto__" is not allowed/],
  ['the same key in disguise', '{"\\u005f_proto__":1}', /"__proto__" is not allowed/],
  ['a number beyond all', '[1e400]', /1e400 cannot be held/],
  ['an integer that would be rounded', '9007199254740993', /cannot be held exactly/],
  ['minus zero', '[-0]', /-0 cannot be held/],
  ['half a character', '"\\ud800"', /half a character/],
  ['a comma too many', '[1,]', /column 4: expected a value; found "\]"/],
  ['a comment', '// a\n{}', /expected a value/],
  ['single quotes', "{'a':1}", /double quotes/],
  ['a text without end', '["abc', /has no end/],
  ['a line break inside a text', '"a\nb"', /control character/],
  ['an unknown escape', '"\\x41"', /backslash/],
  ['nothing at all', '', /the text ends here/],
  ['a hundred thousand levels', '['.repeat(100_000), /more than 64 levels/],
])('%s is refused', (_, text, words) => {
  expect(problem(text)).toMatch(words);
});

test('a text of exactly 1 MiB is read, and one byte more is refused', () => {
  const inside = '汉'.repeat((jsonMaximumBytes - 4) / 3);
  const text = JSON.stringify(inside).padEnd(
    jsonMaximumBytes - Buffer.byteLength(JSON.stringify(inside)) + JSON.stringify(inside).length,
    ' ',
  );
  expect(Buffer.byteLength(text)).toBe(1024 * 1024);
  expect(problem(text)).toBe('read');
  expect(problem(`${text} `)).toMatch(/1 MiB/);
});
