import type { JsonObject } from '../json.ts';
import { coerceArguments } from './coerce-arguments.ts';

const schema = {
  type: 'object',
  properties: {
    orderId: { type: 'string' },
    count: { type: 'integer' },
    price: { type: 'number' },
    gift: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'integer' } },
    address: { type: 'object', properties: { zip: { type: 'string' }, floor: { type: 'integer' } } },
    either: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
    maybe: { type: ['integer', 'null'] },
    free: {},
  },
};

describe('coerceArguments', () => {
  it.each([
    [
      { count: '3', price: '1', gift: 'true' },
      { count: 3, price: 1, gift: true },
    ],
    [{ tags: '["1", 2]' }, { tags: [1, 2] }],
    [{ address: '{"zip": "01234", "floor": "2"}' }, { address: { zip: '01234', floor: 2 } }],
    [{ maybe: 'null' }, { maybe: null }],
  ])('reads %j as %j', (args, meant) => {
    expect(coerceArguments(args, schema)).toEqual(meant);
  });

  it.each<JsonObject>([
    { orderId: '007' },
    { either: '7' },
    { free: '7' },
    { count: 'three', gift: 'yes', tags: 'a,b', address: '{' },
    { count: '1.5' },
    { Order_ID: '7', unknownOne: '7', empty: '', nothing: null },
  ])('leaves %j as it is', (args) => {
    expect(coerceArguments(args, schema)).toEqual(args);
  });
});
