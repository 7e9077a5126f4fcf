import type { FamilyLabel } from '../../../../lib/common/metric-family';
import { overlay } from '../../../../lib/scrape/schema/labels';

type Known = { readonly [name: string]: FamilyLabel };

const laid = (series: Known, added: Known, honor = false) =>
  Object.fromEntries(overlay(new Map(Object.entries(series)), new Map(Object.entries(added)), honor));

const ONE = { values: ['1'] };
const TWO = { values: ['2'] };
const MAYBE = { values: ['2'], optional: true };

test('labels that only one side has stay as they are', () => {
  expect(laid({ a: ONE }, { b: MAYBE })).toEqual({ a: ONE, b: MAYBE });
});

test('a label of the series goes aside for one that is added, where that is there', () => {
  expect(laid({ a: ONE }, { a: TWO })).toEqual({ a: TWO, exported_a: ONE });
  expect(laid({ a: ONE }, { a: MAYBE })).toEqual({ a: { values: ['2', '1'] }, exported_a: { ...ONE, optional: true } });
  expect(laid({ a: {} }, { a: MAYBE })).toEqual({ a: {}, exported_a: { optional: true } });
});

test('what has the name already goes one further', () => {
  const { exported_a, exported_exported_a } = laid({ a: ONE, exported_a: TWO }, { a: {} });
  expect(exported_a).toEqual({ values: ['2', '1'], optional: true });
  expect(exported_exported_a).toEqual(MAYBE);
});

test('where labels are honoured, that of the series stays, and what is added is there in its absence', () => {
  expect(laid({ a: ONE }, { a: TWO }, true)).toEqual({ a: ONE });
  expect(laid({ a: { ...ONE, optional: true } }, { a: TWO }, true)).toEqual({ a: { values: ['1', '2'] } });
  expect(laid({ a: { optional: true } }, { a: MAYBE }, true)).toEqual({ a: { optional: true } });
});
