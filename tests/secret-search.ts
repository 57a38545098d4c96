/**
 * Looks for known numbers in whatever is kept: as they are, split by anything, in hexadecimal, as half bytes (BCD) and in
 * base64. Twelve digits of a number in a row are found: more than the first six and the last four, which may be shown.
 */

/** Found at least so much of a number. */
const windowDigits = 12;
const asciiHexLength = windowDigits * 2;
const asciiBase64Length = 16;
const bcdBase64Length = 8;
/** Twelve digits of a number that may be shown at both ends are never all shown. */
const leastDigits = windowDigits;

export class SecretSearch {
  private readonly plain = new Map<string, string>();
  private readonly asciiHex = new Map<string, string>();
  private readonly asciiBase64 = new Map<string, string>();
  private readonly bcdBase64 = new Map<string, string>();

  constructor(numbers: Iterable<string>) {
    for (const number of numbers) this.add(number);
  }

  /** @throws RangeError for a number that is too short to be told from others. */
  add(number: string): void {
    if (!/^\d+$/.test(number) || number.length < leastDigits) throw new RangeError(`${number} has too few digits`);
    for (let at = 0; at + windowDigits <= number.length; at++) {
      const part = number.slice(at, at + windowDigits);
      this.plain.set(part, number);
      this.asciiHex.set(Buffer.from(part).toString('hex'), number);
      this.asciiBase64.set(Buffer.from(part).toString('base64'), number);
      this.bcdBase64.set(Buffer.from(part, 'hex').toString('base64'), number);
    }
  }

  /** Which of the numbers a text holds, and in which form. */
  inText(text: string): readonly string[] {
    const found = new Set<string>();
    const digits = text.replaceAll(/\D+/g, '');
    const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
    slide(digits, windowDigits, this.plain, 'in digits', found);
    slide(digits, asciiHexLength, this.asciiHex, 'in hexadecimal', found);
    slide(base64, asciiBase64Length, this.asciiBase64, 'in base64', found);
    slide(base64, bcdBase64Length, this.bcdBase64, 'as half bytes in base64', found);
    return [...found];
  }

  /** As `inText`, of bytes: also as half bytes, wherever in a byte they begin. */
  inBytes(bytes: Uint8Array): readonly string[] {
    const found = new Set(this.inText(Buffer.from(bytes).toString('latin1')));
    slide(Buffer.from(bytes).toString('hex'), windowDigits, this.plain, 'as half bytes', found);
    return [...found];
  }
}

function slide(
  text: string,
  length: number,
  wanted: ReadonlyMap<string, string>,
  how: string,
  found: Set<string>,
): void {
  for (let at = 0; at + length <= text.length; at++) {
    const number = wanted.get(text.slice(at, at + length));
    if (number !== undefined) found.add(`${number} ${how}`);
  }
}

/** Digits of 13 to 19 in a row, alone or with single blanks or dashes between, that pass the check of card numbers (Luhn). */
export function cardNumbersOf(text: string, firstSix: ReadonlySet<string>): readonly string[] {
  return [...text.matchAll(/\d(?:[ -]?\d){12,}/g)].flatMap(([run]) => {
    const digits = run.replaceAll(/\D/g, '');
    const found: string[] = [];
    for (let at = 0; at + 13 <= digits.length; at++) {
      if (!firstSix.has(digits.slice(at, at + 6))) continue;
      for (let length = 13; length <= 19 && at + length <= digits.length; length++) {
        const number = digits.slice(at, at + length);
        if (checkDigitOf(number.slice(0, -1)) === Number(number.at(-1))) found.push(number);
      }
    }
    return found;
  });
}

/** The last digit of a card number whose others are these (ISO/IEC 7812-1). */
export function checkDigitOf(others: string): number {
  const sum = [...others].toReversed().reduce((total, sign, at) => {
    const digit = Number(sign) * (at % 2 === 0 ? 2 : 1);
    return total + (digit > 9 ? digit - 9 : digit);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
