import { MetricUnit } from '../../../lib/common/metric-family';
import { DisplayUnit, grafanaUnit } from '../../../lib/dashboards/vocabulary';
import { formatted, tick } from '../../../scripts/pictures/units';

const NUMBERS = [0, 0.0123, 0.8765, 999, 1536, 12345.678, 700000];
const shown = (unit: string, decimals?: number) => NUMBERS.map((value) => formatted(value, unit, decimals)).join(' | ');

/** What `getValueFormat` of @grafana/data 13.2.0 makes of the numbers. */
const EXPECTED = [
  ['none', '0 | 0.0123 | 0.877 | 999 | 1536 | 12346 | 700000'],
  ['short', '0 | 0.0123 | 0.877 | 999 | 1.54 K | 12.3 K | 700 K'],
  ['percentunit', '0% | 1.23% | 87.6% | 99900% | 153600% | 1234568% | 70000000%'],
  ['percent', '0% | 0.0123% | 0.877% | 999% | 1536% | 12346% | 700000%'],
  ['s', '0 s | 12.3 ms | 877 ms | 16.7 mins | 25.6 mins | 3.43 hours | 1.16 weeks'],
  ['ms', '0 ms | 0.0123 ms | 0.877 ms | 999 ms | 1.54 s | 12.3 s | 11.7 mins'],
  ['µs', '0 µs | 0.0123 µs | 0.877 µs | 999 µs | 1.54 ms | 12.3 ms | 700 ms'],
  ['ns', '0 ns | 0.0123 ns | 0.877 ns | 999 ns | 1.54 µs | 12.3 µs | 700 µs'],
  ['bytes', '0 B | 0.0123 B | 0.877 B | 999 B | 1.50 KiB | 12.1 KiB | 684 KiB'],
  ['kbytes', '0 KiB | 12.6 B | 898 B | 999 KiB | 1.50 MiB | 12.1 MiB | 684 MiB'],
  ['mbytes', '0 MiB | 12.6 KiB | 898 KiB | 999 MiB | 1.50 GiB | 12.1 GiB | 684 GiB'],
  ['binBps', '0 B/s | 0.0123 B/s | 0.877 B/s | 999 B/s | 1.50 KiB/s | 12.1 KiB/s | 684 KiB/s'],
  ['MiBs', '0 MiB/s | 12.6 KiB/s | 898 KiB/s | 999 MiB/s | 1.50 GiB/s | 12.1 GiB/s | 684 GiB/s'],
  ['bps', '0 b/s | 12.3 mb/s | 876 mb/s | 999 b/s | 1.54 kb/s | 12.3 kb/s | 700 kb/s'],
  ['celsius', '0 °C | 0.0123 °C | 0.877 °C | 999 °C | 1536 °C | 12346 °C | 700000 °C'],
  ['watt', '0 W | 12.3 mW | 876 mW | 999 W | 1.54 kW | 12.3 kW | 700 kW'],
  ['joule', '0 J | 12.3 mJ | 876 mJ | 999 J | 1.54 kJ | 12.3 kJ | 700 kJ'],
  ['watth', '0 Wh | 12.3 mWh | 876 mWh | 999 Wh | 1.54 kWh | 12.3 kWh | 700 kWh'],
  ['volt', '0 V | 12.3 mV | 876 mV | 999 V | 1.54 kV | 12.3 kV | 700 kV'],
  ['amp', '0 A | 12.3 mA | 876 mA | 999 A | 1.54 kA | 12.3 kA | 700 kA'],
  ['amph', '0 Ah | 12.3 mAh | 876 mAh | 999 Ah | 1.54 kAh | 12.3 kAh | 700 kAh'],
  ['rotrpm', '0 rpm | 0.0123 rpm | 0.877 rpm | 999 rpm | 1536 rpm | 12346 rpm | 700000 rpm'],
  ['rothz', '0 Hz | 12.3 mHz | 876 mHz | 999 Hz | 1.54 kHz | 12.3 kHz | 700 kHz'],
  ['rotmhz', '0 MHz | 12.3 kHz | 876 kHz | 999 MHz | 1.54 GHz | 12.3 GHz | 700 GHz'],
  ['cps', '0 c/s | 0.0123 c/s | 0.877 c/s | 999 c/s | 1.54K c/s | 12.3K c/s | 700K c/s'],
  ['reqps', '0 req/s | 0.0123 req/s | 0.877 req/s | 999 req/s | 1.54K req/s | 12.3K req/s | 700K req/s'],
  ['iops', '0 io/s | 0.0123 io/s | 0.877 io/s | 999 io/s | 1.54K io/s | 12.3K io/s | 700K io/s'],
  ['pps', '0 p/s | 12.3 mp/s | 876 mp/s | 999 p/s | 1.54 kp/s | 12.3 kp/s | 700 kp/s'],
  ['tflops', '0 TFLOPS | 12.3 GFLOPS | 876 GFLOPS | 999 TFLOPS | 1.54 PFLOPS | 12.3 PFLOPS | 700 PFLOPS'],
  ['suffix: cores', '0  cores | 0.0123  cores | 0.877  cores | 999  cores | 1536  cores | 12346  cores | 700000  cores'],
  ['suffix: GPUh', '0  GPUh | 0.0123  GPUh | 0.877  GPUh | 999  GPUh | 1536  GPUh | 12346  GPUh | 700000  GPUh'],
  ['suffix: mJ', '0  mJ | 0.0123  mJ | 0.877  mJ | 999  mJ | 1536  mJ | 12346  mJ | 700000  mJ'],
  [
    'suffix: millicores',
    '0  millicores | 0.0123  millicores | 0.877  millicores | 999  millicores | 1536  millicores | 12346  millicores | 700000  millicores',
  ],
  ['string', '0 | 0.0123 | 0.8765 | 999 | 1536 | 12345.678 | 700000'],
] as const;

test.each(EXPECTED)('%s is shown as Grafana shows it', (unit, texts) => {
  expect(shown(unit)).toBe(texts);
});

test.each([
  ['percentunit', 0, '0% | 1% | 88% | 99900% | 153600% | 1234568% | 70000000%'],
  ['percentunit', 1, '0.0% | 1.2% | 87.6% | 99900.0% | 153600.0% | 1234567.8% | 70000000.0%'],
  ['s', 1, '0 s | 12.3 ms | 876.5 ms | 16.7 mins | 25.6 mins | 3.4 hours | 1.2 weeks'],
  ['bytes', 2, '0.00 B | 0.01 B | 0.88 B | 999.00 B | 1.50 KiB | 12.06 KiB | 683.59 KiB'],
  ['tflops', 0, '0 TFLOPS | 12 GFLOPS | 876 GFLOPS | 999 TFLOPS | 2 PFLOPS | 12 PFLOPS | 700 PFLOPS'],
  ['none', 0, '0 | 0 | 1 | 999 | 1536 | 12346 | 700000'],
])('%s with %d digits is shown as Grafana shows it', (unit, decimals, texts) => {
  expect(shown(unit, decimals)).toBe(texts);
});

test.each([
  [0, 'a few seconds ago'],
  [30, 'a few seconds ago'],
  [44, 'a few seconds ago'],
  [45, 'a minute ago'],
  [60, 'a minute ago'],
  [89, 'a minute ago'],
  [91, '2 minutes ago'],
  [120, '2 minutes ago'],
  [2640, '44 minutes ago'],
  [2700, 'an hour ago'],
  [3600, 'an hour ago'],
  [5340, 'an hour ago'],
  [5460, '2 hours ago'],
  [7200, '2 hours ago'],
  [75000, '21 hours ago'],
  [79000, 'a day ago'],
  [80000, 'a day ago'],
  [86400, 'a day ago'],
  [125000, 'a day ago'],
  [140000, '2 days ago'],
  [864000, '10 days ago'],
  [2200000, '25 days ago'],
  [2250000, 'a month ago'],
  [2300000, 'a month ago'],
  [4000000, '2 months ago'],
  [5000000, '2 months ago'],
  [20000000, '8 months ago'],
  [30000000, 'a year ago'],
  [40000000, 'a year ago'],
  [90000000, '3 years ago'],
])('%d seconds ago is %s', (seconds, words) => {
  expect(formatted(1e12 - seconds * 1000, 'dateTimeFromNow', undefined, 1e12)).toBe(words);
});

test('points in time have a date, and may lie ahead', () => {
  expect(formatted(1_795_367_868_000, 'dateTimeAsIso')).toBe('2026-11-22 17:17:48');
  expect(formatted(7_200_000, 'dateTimeFromNow')).toBe('in 2 hours');
});

test('every unit of the vocabulary is compared with Grafana', () => {
  const compared = new Set<string>([...EXPECTED.map(([unit]) => unit), 'dateTimeAsIso', 'dateTimeFromNow']);
  const units = [...Object.values(MetricUnit), ...Object.values(DisplayUnit)].map(grafanaUnit);
  expect(units.filter((unit) => !compared.has(unit))).toEqual([]);
});

test('a unit that is not known is refused', () => {
  expect(() => formatted(1, 'furlong')).toThrow(
    'unit of a panel: got furlong, expected one that scripts/pictures/units.ts knows; add it there',
  );
});

test('ticks have no zeros behind the last digit that counts', () => {
  expect([0, 0.5, 1536, 1024].map((value) => tick(value, 'bytes'))).toEqual(['0 B', '0.5 B', '1.5 KiB', '1 KiB']);
  expect([0.2, 1].map((value) => tick(value, 'percentunit'))).toEqual(['20%', '100%']);
});
