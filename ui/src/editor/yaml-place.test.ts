import { describe, expect, test } from 'vitest';
import { placeAt } from './yaml-place';

const TEXT = `name: a
input:
  files:
    paths:
      - /var/log/a.log
    # more
actions:
  - filter:
      how: all
    
  - add:
      output-fields:
        x: 1
      
output:
  print: {}
`.split('\n');

function at(line: number, column: number, text = TEXT) {
  return placeAt(text, line, column);
}

describe('where the cursor stands', () => {
  test('a key of the top mapping', () => {
    expect(at(0, 2)).toMatchObject({ path: [], inValue: false, typed: 'na' });
  });

  test('a value, with what was typed of it', () => {
    expect(at(8, 13)).toMatchObject({
      path: ['actions', -1, 'filter', 'how'],
      inValue: true,
      typed: 'al',
    });
  });

  test('an item of a list of plain values', () => {
    expect(at(4, 12).path).toEqual(['input', 'files', 'paths', -1]);
  });

  test('an empty line takes its depth from the cursor', () => {
    expect(at(13, 6)).toMatchObject({
      path: ['actions', -1, 'add'],
      siblings: ['output-fields'],
      typed: '',
    });
  });

  test('a key behind a dash belongs to the item', () => {
    expect(at(10, 5)).toMatchObject({ path: ['actions', -1], inValue: false, typed: 'a' });
  });

  test('a dash in the column of its key is still inside that key', () => {
    const text = ['actions:', '- add:', '    output-fields: 1', '- fi'];
    expect(at(3, 4, text)).toMatchObject({ path: ['actions', -1], typed: 'fi' });
    expect(at(2, 6, text).path).toEqual(['actions', -1, 'add']);
  });

  test('siblings stand above and below, never in another item', () => {
    expect(at(1, 2).siblings).toEqual(['name', 'actions', 'output']);
    expect(at(7, 6).siblings).toEqual([]);
  });
});
