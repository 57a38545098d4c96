import { expect, test, vi } from 'vitest';
import { render } from '../../hardware/escpos/render.ts';

test.each([0x04, 0x05, 0x14])('a code whose content is a real-time order (DLE %i) is refused, not sent', (order) => {
  const content = String.fromCharCode(0x10, order);
  expect(render(`{code:a${content};option:qrcode,3,m}`, 42)).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/real-time order at byte \d+/),
  });
});

test('a builder that hands over no bytes in time makes no empty document', async () => {
  vi.resetModules();
  vi.doMock('node-thermal-printer', () => ({
    default: {
      types: { EPSON: 'epson' },
      printer: class {
        add(): void {}
        async execute(): Promise<void> {}
      },
    },
  }));
  try {
    const { render: withIdleBuilder } = await import('../../hardware/escpos/render.ts');
    expect(withIdleBuilder('one line', 42)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('handed over nothing'),
    });
  } finally {
    vi.doUnmock('node-thermal-printer');
    vi.resetModules();
  }
});
