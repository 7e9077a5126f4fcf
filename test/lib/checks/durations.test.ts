import { goMilliseconds, milliseconds } from '../../../lib/checks/durations';

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
  ['100ms', 100],
  ['1d', 86_400_000],
  ['0', 0],
])('reads %s', (text, expected) => {
  expect(milliseconds(text)).toBe(expected);
});

test.each(['', '30', '1.5m', '30 s', 'soon', '30s1m'])('reads nothing of "%s"', (text) => {
  expect(milliseconds(text)).toBeUndefined();
});

test.each([
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['100ms', 100],
  ['0', 0],
])('reads %s as a flag of a Go program', (text, expected) => {
  expect(goMilliseconds(text)).toBe(expected);
});

test.each(['', '30', '1d', '1h 30m', 'soon'])('reads nothing of "%s" as a flag of a Go program', (text) => {
  expect(goMilliseconds(text)).toBeUndefined();
});
