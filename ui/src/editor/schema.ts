/** What a JSON Schema allows at a path of a document: keys, values and their words. */

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  type?: string | string[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export interface KeyHelp {
  key: string;
  required: boolean;
  detail: string;
  description: string;
  /** The value is a mapping or a list: what is completed goes on in the next line. */
  nested: 'map' | 'list' | null;
}

const DEEPEST = 12;

/** A schema with its `$ref` followed and its alternatives laid side by side. */
export function alternatives(schema: Schema, root: Schema, depth = 0): Schema[] {
  if (depth > DEEPEST) return [];
  const own: Schema[] = [];
  if (schema.$ref) {
    const target = follow(schema.$ref, root);
    if (target) own.push(...alternatives(target, root, depth + 1).map((one) => named(one, schema)));
  }
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  for (const branch of branches) own.push(...alternatives(branch, root, depth + 1));
  if (!schema.$ref) own.unshift(schema);
  return own;
}

/** Words beside a `$ref` speak of this use of it, and win. */
function named(target: Schema, use: Schema): Schema {
  if (!use.description && use.default === undefined) return target;
  return { ...target, description: use.description ?? target.description, default: use.default };
}

function follow(ref: string, root: Schema): Schema | null {
  let at: unknown = root;
  for (const part of ref.replace(/^#\//, '').split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'object' && at !== null ? (at as Schema) : null;
}

/** The schemas that may hold at a path (`-1` stands for an item of a list). */
export function schemasAt(root: Schema, path: (string | -1)[]): Schema[] {
  let here = alternatives(root, root);
  for (const step of path) {
    here = here
      .flatMap((schema) => stepInto(schema, step))
      .flatMap((one) => alternatives(one, root));
  }
  return here;
}

function stepInto(schema: Schema, step: string | -1): Schema[] {
  if (step === -1) return schema.items ? [schema.items] : [];
  const named = schema.properties?.[step];
  if (named) return [named];
  for (const [pattern, one] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, 'u').test(step)) return [one];
  }
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

/** The keys that may stand in the mapping at a path. */
export function keysAt(root: Schema, path: (string | -1)[]): KeyHelp[] {
  const found = new Map<string, KeyHelp>();
  for (const schema of schemasAt(root, path)) {
    for (const [key, one] of Object.entries(schema.properties ?? {})) {
      if (found.has(key)) continue;
      found.set(key, helpOf(key, one, root, schema.required?.includes(key) ?? false));
    }
  }
  return [...found.values()];
}

function helpOf(key: string, schema: Schema, root: Schema, required: boolean): KeyHelp {
  const all = alternatives(schema, root);
  const types = new Set(all.flatMap(typesOf));
  const scalar = [...types].some((type) => !['object', 'array', 'null'].includes(type));
  const nested = scalar ? null : types.has('object') ? 'map' : types.has('array') ? 'list' : null;
  return {
    key,
    required,
    nested,
    detail: [[...types].filter((type) => type !== 'null').join(' or '), required ? 'required' : '']
      .filter(Boolean)
      .join(', '),
    description: describe(schema, root),
  };
}

function typesOf(schema: Schema): string[] {
  if (schema.enum) return ['one of'];
  if (schema.const !== undefined) return ['one of'];
  if (schema.type) return Array.isArray(schema.type) ? schema.type : [schema.type];
  return schema.properties ? ['object'] : [];
}

/** What the schema says of a value, with its default and its choices. */
export function describe(schema: Schema, root: Schema): string {
  const all = alternatives(schema, root);
  const words = schema.description ?? all.find((one) => one.description)?.description ?? '';
  const preset = schema.default ?? all.find((one) => one.default !== undefined)?.default;
  const choices = valuesOf(all);
  const lines = [words];
  if (preset !== undefined && preset !== null) lines.push(`Default: ${plain(preset)}`);
  if (choices.length > 1) lines.push(`One of: ${choices.join(', ')}`);
  return lines.filter(Boolean).join('\n');
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function valuesOf(schemas: Schema[]): string[] {
  const values = new Set<string>();
  for (const schema of schemas) {
    for (const value of schema.enum ?? []) if (value !== null) values.add(plain(value));
    if (schema.const !== undefined) values.add(plain(schema.const));
    if (typesOf(schema).includes('boolean')) {
      values.add('true');
      values.add('false');
    }
  }
  return [...values];
}

/** The values that may stand at a path, where the schema names them. */
export function valuesAt(root: Schema, path: (string | -1)[]): string[] {
  return valuesOf(schemasAt(root, path));
}

/** Hover text of the key that ends a path. */
export function hoverAt(root: Schema, path: (string | -1)[]): string {
  const key = path.at(-1);
  if (typeof key !== 'string') return '';
  for (const parent of schemasAt(root, path.slice(0, -1))) {
    const schema = stepInto(parent, key)[0];
    if (schema) {
      const text = describe(schema, root);
      if (text) return text;
    }
  }
  return '';
}
