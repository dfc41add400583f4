import { expect, test } from 'vitest';
import { compare, fieldsOf, shown } from './events';

test('big integers keep their digits, also inside lists', () => {
  const fields = fieldsOf('{"n": 12345678901234567890, "l": [9007199254740993]}');
  const supported = 'source' in reviverContext();
  expect(fields.get('n')?.text).toBe(supported ? '12345678901234567890' : '12345678901234567000');
  expect(fields.get('l')?.text).toBe(supported ? '[9007199254740993]' : '[9007199254740992]');
});

/** Node 20 has no source text in revivers; the browsers that we support do. */
function reviverContext(): object {
  let seen: object = {};
  JSON.parse('1', ((_k: string, v: unknown, context?: object) => {
    seen = context ?? {};
    return v;
  }) as (key: string, value: unknown) => unknown);
  return seen;
}

test('nested fields are told by their path, empty objects as values', () => {
  expect(
    [...fieldsOf('{"a": {"b": 1}, "c": {}}')].map(([path, leaf]) => [path, leaf.text]),
  ).toEqual([
    ['a.b', '1'],
    ['c', '{}'],
  ]);
});

test('a text that is no JSON is one field', () => {
  expect(fieldsOf('plain words').get('')).toEqual({ text: 'plain words', type: 'string' });
});

test('added, changed, removed and retyped fields are told apart', () => {
  const changes = compare(
    fieldsOf('{"a": 1, "b": "2", "c": 3}'),
    fieldsOf('{"a": 1, "b": 2, "d": 4}'),
  );
  expect(changes.map((change) => [change.path, change.kind])).toEqual([
    ['a', 'same'],
    ['b', 'changed'],
    ['d', 'added'],
    ['c', 'removed'],
  ]);
  expect(changes[1]?.before?.type).toBe('string');
});

test('strings are shown without quotes', () => {
  const leaf = fieldsOf('{"a": "x\\ny"}').get('a');
  expect(leaf && shown(leaf)).toBe('x\ny');
});
