/** Links to a day's bill that live for minutes only. */
import { randomBytes } from 'node:crypto';

interface Link {
  readonly token: string;
  readonly untilMs: number;
  readonly content: string | Buffer;
}

const linksMaximum = 20;

export class BillLinks {
  private readonly links: Link[] = [];
  private readonly livesMs: number;

  constructor(livesMs: number) {
    this.livesMs = livesMs;
  }

  /** A token under which this is found until it is too old, or too many came after it. */
  add(content: string | Buffer, nowMs: number, livesMs = this.livesMs): string {
    const token = randomBytes(24).toString('hex');
    this.links.push({ token, untilMs: nowMs + livesMs, content });
    if (this.links.length > linksMaximum) this.links.shift();
    return token;
  }

  find(token: string | null, nowMs: number): string | Buffer | null {
    const link = this.links.find((one) => one.token === token);
    return link === undefined || nowMs >= link.untilMs ? null : link.content;
  }
}
