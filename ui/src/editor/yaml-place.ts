/**
 * Where in a YAML document a cursor stands, worked out from indentation alone, so that it also works
 * while the text is half written. Flow style (`{a: 1}`) inside a line is not looked into.
 */

export interface YamlPlace {
  /** Keys and `-1` for "an item of a list", from the top to the mapping that the cursor is in. */
  path: (string | -1)[];
  /** The cursor is after `key:` on its line: a value is wanted, and `key` ends the path. */
  inValue: boolean;
  /** Keys that the mapping around the cursor already has. */
  siblings: string[];
  /** What stands before the cursor and would be replaced by a completion. */
  typed: string;
}

interface Line {
  indent: number;
  /** Indents of the list dashes on this line, outermost first. */
  dashes: number[];
  key: string | null;
  blank: boolean;
}

const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s#:[\]{},"'][^#:]*?))\s*:(?=\s|$)/;

function read(text: string): Line {
  let at = text.length - text.trimStart().length;
  const blank = text.trim() === '' || text.trim().startsWith('#');
  const dashes: number[] = [];
  while (/^-(\s|$)/.test(text.slice(at))) {
    dashes.push(at);
    at += 1;
    at += text.slice(at).length - text.slice(at).trimStart().length;
  }
  const found = KEY.exec(text.slice(at));
  const key = found ? (found[1] ?? found[2] ?? found[3] ?? '') : null;
  return { indent: at, dashes, key, blank };
}

/** The place of the cursor: line from 0, column in UTF-16 units from 0. */
export function placeAt(lines: string[], line: number, column: number): YamlPlace {
  const before = (lines[line] ?? '').slice(0, column);
  const here = read(before);
  const inValue = here.key !== null;
  const typed = inValue
    ? (/:\s+(.*)$/.exec(before)?.[1] ?? '')
    : before.slice(Math.min(here.indent, before.length));
  const indent = here.blank && !before.includes('-') ? before.length : here.indent;
  const path = parents(lines, line, indent, here.dashes);
  if (inValue && here.key !== null) path.push(here.key);
  return { path, inValue, siblings: siblingsOf(lines, line, indent, here.dashes), typed };
}

function parents(lines: string[], line: number, indent: number, dashes: number[]): (string | -1)[] {
  const path: (string | -1)[] = [];
  let limit = indent;
  for (const dash of [...dashes].reverse()) {
    path.unshift(-1);
    limit = dash;
  }
  // A dash may stand in the column of its parent key; a plain key must stand deeper.
  let dashed = dashes.length > 0;
  for (let at = line - 1; at >= 0 && (limit > 0 || dashed); at -= 1) {
    const above = read(lines[at] ?? '');
    if (above.blank) continue;
    if (above.key !== null && (above.indent < limit || (dashed && above.indent === limit))) {
      path.unshift(above.key);
      limit = above.indent;
      dashed = false;
    }
    for (const dash of [...above.dashes].reverse()) {
      if (dash < limit) {
        path.unshift(-1);
        limit = dash;
        dashed = true;
      }
    }
  }
  return path;
}

function siblingsOf(lines: string[], line: number, indent: number, dashes: number[]): string[] {
  const above = dashes.length > 0 ? [] : keysUpwards(lines, line, indent);
  return [...above, ...keysDownwards(lines, line, indent)];
}

function keysUpwards(lines: string[], line: number, indent: number): string[] {
  const keys: string[] = [];
  for (let at = line - 1; at >= 0; at -= 1) {
    const other = read(lines[at] ?? '');
    if (other.blank || other.indent > indent) continue;
    if (other.indent < indent) break;
    if (other.key !== null) keys.push(other.key);
    if (other.dashes.length > 0) break; // the mapping began behind this dash
  }
  return keys;
}

function keysDownwards(lines: string[], line: number, indent: number): string[] {
  const keys: string[] = [];
  for (let at = line + 1; at < lines.length; at += 1) {
    const other = read(lines[at] ?? '');
    if (other.blank) continue;
    if (Math.min(other.indent, ...other.dashes) < indent) break;
    if (other.indent === indent && other.key !== null) keys.push(other.key);
  }
  return keys;
}
