import { expect, describe as group, test } from 'vitest';
import { hoverAt, keysAt, type Schema, valuesAt } from './schema';

const schema: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'What the job is called.' },
    actions: { type: 'array', items: { $ref: '#/$defs/Step' } },
  },
  required: ['name'],
  $defs: {
    Step: {
      type: 'object',
      properties: { filter: { $ref: '#/$defs/Filter', description: 'Keeps some events.' } },
    },
    Filter: {
      type: 'object',
      properties: {
        how: { anyOf: [{ enum: ['all', 'any'] }, { type: 'null' }], default: 'all' },
        strict: { type: 'boolean' },
      },
    },
  },
};

group('what a schema allows', () => {
  test('keys of the top mapping, with what is required', () => {
    expect(keysAt(schema, []).map((help) => [help.key, help.required, help.nested])).toEqual([
      ['name', true, null],
      ['actions', false, 'list'],
    ]);
  });

  test('keys behind a list item and two references', () => {
    expect(keysAt(schema, ['actions', -1, 'filter']).map((help) => help.key)).toEqual([
      'how',
      'strict',
    ]);
  });

  test('values through anyOf, and of a switch', () => {
    expect(valuesAt(schema, ['actions', -1, 'filter', 'how'])).toEqual(['all', 'any']);
    expect(valuesAt(schema, ['actions', -1, 'filter', 'strict'])).toEqual(['true', 'false']);
  });

  test('hover prefers the words beside the reference, and tells default and choices', () => {
    expect(hoverAt(schema, ['actions', -1, 'filter'])).toBe('Keeps some events.');
    expect(hoverAt(schema, ['actions', -1, 'filter', 'how'])).toBe(
      'Default: all\nOne of: all, any',
    );
  });

  test('an unknown path allows nothing and says nothing', () => {
    expect(keysAt(schema, ['nope', 'deeper'])).toEqual([]);
    expect(hoverAt(schema, ['nope'])).toBe('');
  });
});
