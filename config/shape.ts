/** The schema as a tree: what stands below and beside a field. For the words of problems, the reference, differences and fragments. */
import * as v from 'valibot';
import type { Beside, Both } from './fields.ts';

/** A part of the schema, of whatever type. */
export interface Shape {
  readonly type?: string;
  /** Of an object with known fields. */
  readonly entries?: Readonly<Record<string, unknown>>;
  /** Of a list. */
  readonly item?: unknown;
  /** Of an object with any fields: their names, and what they hold. */
  readonly key?: unknown;
  readonly value?: unknown;
  readonly wrapped?: unknown;
  readonly default?: unknown;
}

/** Without what says that it may be left out or null. */
function bare(at: unknown): unknown {
  const shape = at as Shape;
  return mayBe(at, 'optional') || mayBe(at, 'nullable') ? bare(shape.wrapped) : at;
}

export function shapeOf(at: unknown): Shape {
  return bare(at) as Shape;
}

/** Whether the field may be left out, or null. */
export function mayBe(at: unknown, what: 'optional' | 'nullable'): boolean {
  return (at as Shape).type === what;
}

/** What the field must be, in words; undefined where only those around it say. */
export function described(at: unknown): Both | undefined {
  return besideOf(at).must;
}

export function besideOf(at: unknown): Beside {
  return v.getMetadata(bare(at) as v.GenericSchema) as Beside;
}

export function own(entries: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}

/** The part for one field of an object, or for any one of a list. */
export function child(at: unknown, key: string): unknown {
  const shape = shapeOf(at);
  if (shape.entries !== undefined) return own(shape.entries, key);
  return shape.type === 'array' ? shape.item : shape.type === 'record' ? shape.value : undefined;
}
