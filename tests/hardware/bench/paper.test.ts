import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import jsqr from 'jsqr';
import { describe, expect, test } from 'vitest';
import { paintPaper } from '../../../hardware/bench/paper.ts';
import { createPainter } from '../../../hardware/bench/painter.ts';
import { readPaper } from '../../../hardware/bench/paper-marks.ts';
import { receiptDocument, voucherDocument } from '../../../kiosk/documents/paper.ts';
import { bytesOf } from '../../kiosk/documents/reading.ts';
import { receiptEn, receiptZh, voucherZh } from '../../kiosk/documents/samples.ts';

const decodeQr = jsqr as unknown as typeof jsqr.default;

async function pixels(png: Uint8Array) {
  const image = await loadImage(Buffer.from(png));
  // One point a dot: as much as a phone would see, and a quarter of the work.
  const [width, height] = [image.width / 2, image.height / 2];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

async function codeOn(bytes: Uint8Array): Promise<string | undefined> {
  const { data, width, height } = await pixels(await paintPaper(bytes));
  return decodeQr(new Uint8ClampedArray(data), width, height)?.data;
}

describe('painted paper', () => {
  test.each([
    ['Chinese receipt', bytesOf(receiptDocument(receiptZh()), 42), receiptZh().qr],
    ['narrow English receipt', bytesOf(receiptDocument(receiptEn(32)), 32), receiptEn().qr],
    ['voucher', bytesOf(voucherDocument(voucherZh()), 42), voucherZh().qr],
  ])('the code on a %s is read back', async (_, bytes, content) => {
    expect(await codeOn(bytes)).toBe(content);
  });

  test('a code that holds Chinese text and the most that may be printed is read back', async () => {
    const text = '收据 LAB-01-260331-0042 合计 ￥86.55 '.repeat(12);
    const bytes = bytesOf(receiptDocument({ ...receiptZh(), qr: text }), 42);
    const { data, width, height } = await pixels(await paintPaper(bytes));
    const code = decodeQr(new Uint8ClampedArray(data), width, height);
    expect(new TextDecoder().decode(Uint8Array.from(code?.binaryData ?? []))).toBe(text);
  });

  test('Chinese signs, Latin signs and figures each have a shape of their own', async () => {
    const inkOf = async (text: string) => {
      const { data } = await pixels(await paintPaper(bytesOf(`|${text} |\n`, 42)));
      let ink = 0;
      for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 255) < 90) ink++;
      return ink;
    };
    const inks = await Promise.all(['一', '壹', '收', '龘', 'A', '8', '￥', '€'].map(inkOf));
    expect(Math.min(...inks)).toBeGreaterThan(5);
    expect(new Set(inks).size).toBe(inks.length);
    expect(await inkOf('^^^壹^^^')).toBeGreaterThan((inks[1] ?? 0) * 3);
    expect(await inkOf('"壹"')).toBeGreaterThan(inks[1] ?? 0);
  });

  test('each cut ends a slip, and what still hangs in the printer is a slip without a cut', () => {
    const one = bytesOf('|one |\n', 42);
    const two = Uint8Array.from([...one, ...one, ...Buffer.from('three\n')]);
    expect(readPaper(two, () => 21).slips.map(({ cut }) => cut)).toEqual([true, true, false]);
  });

  test('of a strip two metres are drawn, and the rest is left out', async () => {
    const tallOf = async (lines: number) =>
      Buffer.from(await paintPaper(Buffer.from('x\n'.repeat(lines)))).readUInt32BE(20);
    expect(await tallOf(100)).toBeLessThan(16_000);
    expect(await tallOf(700)).toBe(16_000);
  });

  test('no paper and any bytes make a picture, never an error', async () => {
    const noise = Uint8Array.from({ length: 800 }, (_, i) => (i * 73 + (i >> 3)) & 0xff);
    for (const bytes of [new Uint8Array(0), noise, noise.subarray(1), Uint8Array.of(0x1d, 0x28)]) {
      const png = await paintPaper(bytes);
      expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    }
  });
});

test('the painter paints the same pictures, and this thread goes on meanwhile', async () => {
  const painter = createPainter();
  const strips = ['one', 'two'].map((line) => new TextEncoder().encode(`${line}\n`));
  let turns = 0;
  const turning = setInterval(() => turns++, 1);
  const pictures = await Promise.all(strips.map((strip) => painter.paint(strip)));
  clearInterval(turning);
  // Painted here, each strip would be one turn.
  expect(turns).toBeGreaterThan(10);
  for (const [i, strip] of strips.entries()) {
    expect(Buffer.from(pictures[i]!)).toEqual(Buffer.from(await paintPaper(strip)));
  }
});

test('no more than thirty-two pictures wait to be painted', async () => {
  const painter = createPainter();
  const asked = Array.from({ length: 33 }, () => painter.paint(new Uint8Array([0x0a])));
  await expect(asked[32]).rejects.toThrow('32 pictures wait');
  expect(await Promise.all(asked.slice(0, 32))).toHaveLength(32);
});

test('a process that ends with its parent paints, and goes on', async () => {
  const program = `
    import { createPainter } from ${JSON.stringify(new URL('../../../hardware/bench/painter.ts', import.meta.url).href)};
    setInterval(() => {}, 1_000);
    const picture = await createPainter().paint(new TextEncoder().encode('paid\\n'));
    setTimeout(() => process.stdout.write('painted ' + (picture.length > 0), () => process.exit(7)), 200);
  `;
  const preload = new URL('../../../scripts/end-with-parent.ts', import.meta.url).href;
  const args = ['--import', preload, '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect({ said, code, signal }).toEqual({ said: 'painted true', code: 7, signal: null });
});
