import { sized, text } from '../../../../lib/dashboards/vocabulary';
import { idOf, layOut, type Row } from '../../../../lib/dashboards/vocabulary/layout';

const panel = (title: string) => text({ title, description: title, content: title });
const row = (title: string, collapsed: boolean, ...sizes: readonly (readonly [string, number, number])[]): Row => ({
  title,
  collapsed,
  panels: sizes.map(([name, width, height]) => sized(width, height, panel(name))),
});

/** Where everything is: title, x, y, width, height. */
const places = (...rows: readonly Row[]) =>
  layOut('page', rows).flatMap((item) => {
    const inside = 'panels' in item ? item.panels : [];
    return [item, ...inside].map(({ title, gridPos: { x, y, w, h } }) => [title, x, y, w, h]);
  });

test('puts panels from left to right, and those that do not fit on a line of their own', () => {
  expect(places(row('one', false, ['a', 8, 4], ['b', 8, 4], ['c', 12, 6], ['d', 12, 6]), row('two', false, ['e', 24, 2]))).toEqual([
    ['one', 0, 0, 24, 1],
    ['a', 0, 1, 8, 4],
    ['b', 8, 1, 8, 4],
    ['c', 0, 5, 12, 6],
    ['d', 12, 5, 12, 6],
    ['two', 0, 11, 24, 1],
    ['e', 0, 12, 24, 2],
  ]);
});

test('keeps panels of a collapsed row inside it, where they take no room', () => {
  const placed = layOut('page', [row('one', true, ['a', 24, 9]), row('two', false, ['b', 24, 9])]);
  expect(placed.map(({ title, gridPos }) => [title, gridPos.y])).toEqual([
    ['one', 0],
    ['two', 1],
    ['b', 2],
  ]);
  expect(placed[0]).toMatchObject({ collapsed: true, panels: [{ title: 'a', gridPos: { y: 1 } }] });
});

test('leaves out panels that are not there, and rows without any', () => {
  const gone: Row = { title: 'gone', panels: [sized(8, 4, undefined)] };
  const half: Row = { title: 'half', panels: [sized(8, 4, undefined), sized(8, 4, panel('a'))] };
  expect(places(gone, half).map(([title]) => title)).toEqual(['half', 'a']);
});

test('numbers panels by their titles, whatever stands beside them', () => {
  const idsOf = (...rows: readonly Row[]) => new Map(layOut('page', rows).map(({ title, id }) => [title, id]));
  const before = idsOf(row('one', false, ['a', 8, 4], ['b', 8, 4]));
  const after = idsOf(row('zero', false, ['z', 8, 4]), row('one', false, ['y', 8, 4], ['b', 8, 4], ['a', 8, 4]));
  expect(after.get('a')).toBe(before.get('a'));
  expect(after.get('b')).toBe(before.get('b'));
  expect(idOf('a')).not.toBe(idOf('b'));
  // Grafana keeps ids in 32 bits
  expect(before.get('a')).toBeGreaterThan(0);
  expect(before.get('a')).toBeLessThan(2 ** 31);
});

test('fails when a panel is wider than the page', () => {
  expect(() => places(row('one', false, ['a', 25, 4]))).toThrow(
    '[dashboard page] row "one", panel "a": got 25, expected a width from 1 to 24; make it narrower',
  );
});

test('fails when a panel has no height', () => {
  expect(() => places(row('one', false, ['a', 24, 0]))).toThrow(
    '[dashboard page] row "one", panel "a": got 0, expected a height of 1 or more; count in lines of 30 pixels',
  );
});

test('fails when a line would have holes', () => {
  expect(() => places(row('one', false, ['a', 8, 4], ['b', 8, 5]))).toThrow(
    '[dashboard page] row "one", panel "b": got 5, expected the height of its line, 4; give all panels of a line one height',
  );
});

test('fails when two panels have one title, in whatever rows', () => {
  expect(() => places(row('one', false, ['a', 8, 4]), row('two', true, ['a', 8, 4]))).toThrow(
    '[dashboard page] panel title: got "a", expected a title that differs from "a" and has another number; reword one of them',
  );
});
