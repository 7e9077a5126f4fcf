import { kept, keptText, takeKept } from '../../../lib/common/kept';

const squares = kept<number>('squares', 3);
const capitals = kept<string>('capitals', 3);

beforeEach(() => {
  squares.clear();
  capitals.clear();
  takeKept('{}');
});

test('a later run has the facts of each table that a former one worked out', () => {
  squares.set('2', 4);
  capitals.set('a', 'A');
  const text = keptText() ?? '';
  squares.clear();
  capitals.clear();
  takeKept(text);
  expect([...squares]).toEqual([['2', 4]]);
  expect([...capitals]).toEqual([['a', 'A']]);
});

test('there is nothing to hand over when nothing was worked out beyond what was taken over', () => {
  expect(keptText()).toBeUndefined();
  squares.set('2', 4);
  takeKept(keptText() ?? '');
  expect(keptText()).toBeUndefined();
  squares.set('3', 9);
  expect(keptText()).toBeDefined();
});

test('of more facts than a table may hand over the latest are handed over', () => {
  for (const number of [1, 2, 3, 4]) squares.set(String(number), number ** 2);
  const text = keptText() ?? '';
  squares.clear();
  takeKept(text);
  expect([...squares.values()]).toEqual([4, 9, 16]);
});

test('takes over tables that a program has, and leaves the others', () => {
  takeKept('{"cubes": [["2", 8]], "squares": [["2", 4]]}');
  expect([...squares]).toEqual([['2', 4]]);
});

test('refuses a text that was cut off', () => {
  expect(() => takeKept('{"squares": [["2"')).toThrow(SyntaxError);
});
