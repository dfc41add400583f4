/** Events as JSON texts, taken apart without harming big integers, and compared field by field. */

export interface Leaf {
  /** The value as JSON text. */
  text: string;
  type: 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object';
}

export type Fields = Map<string, Leaf>;

/** Stands for an integer that a JavaScript number cannot hold. */
class Digits {
  constructor(readonly source: string) {}
}

interface Source {
  source?: string;
}

/** Parse JSON; integers beyond 2^53 keep their digits. Throws SyntaxError. */
function parse(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: Source): unknown => {
    const source = context?.source;
    if (typeof value === 'number' && source && !Number.isSafeInteger(value)) {
      if (/^-?\d+$/.test(source)) return new Digits(source);
    }
    return value;
  };
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** The fields of an event by dotted path; what is not an object becomes the one field ``. */
export function fieldsOf(text: string): Fields {
  const fields: Fields = new Map();
  try {
    walk(parse(text), '', fields);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    fields.set('', { text, type: 'string' });
  }
  return fields;
}

function walk(value: unknown, path: string, fields: Fields): void {
  if (isObject(value) && (path === '' || Object.keys(value).length > 0)) {
    for (const [key, inner] of Object.entries(value)) {
      walk(inner, path ? `${path}.${key}` : key, fields);
    }
    return;
  }
  fields.set(path, leafOf(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Digits)
  );
}

function leafOf(value: unknown): Leaf {
  if (value === null) return { text: 'null', type: 'null' };
  if (value instanceof Digits) return { text: value.source, type: 'number' };
  if (Array.isArray(value)) return { text: textOf(value), type: 'list' };
  if (typeof value === 'object') return { text: textOf(value), type: 'object' };
  return { text: JSON.stringify(value), type: typeof value as 'string' | 'number' | 'boolean' };
}

function textOf(value: unknown): string {
  if (value instanceof Digits) return value.source;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).map(
      ([key, one]) => `${JSON.stringify(key)}:${textOf(one)}`,
    );
    return `{${inner.join(',')}}`;
  }
  return JSON.stringify(value);
}

export interface Change {
  path: string;
  kind: 'added' | 'changed' | 'removed' | 'same';
  before?: Leaf;
  after?: Leaf;
}

/** What became of each field: first those of `after` in their order, then the removed ones. */
export function compare(before: Fields, after: Fields): Change[] {
  const changes: Change[] = [];
  for (const [path, leaf] of after) {
    const old = before.get(path);
    if (!old) changes.push({ path, kind: 'added', after: leaf });
    else if (old.text !== leaf.text)
      changes.push({ path, kind: 'changed', before: old, after: leaf });
    else changes.push({ path, kind: 'same', before: old, after: leaf });
  }
  for (const [path, leaf] of before) {
    if (!after.has(path)) changes.push({ path, kind: 'removed', before: leaf });
  }
  return changes;
}

/** A leaf for reading: strings without quotes, everything else as JSON. */
export function shown(leaf: Leaf): string {
  return leaf.type === 'string' && leaf.text.startsWith('"') ? JSON.parse(leaf.text) : leaf.text;
}
