import { MetricUnit } from '../../common/metric-family';

/** Units of panels that no metric counts in: what a query works out. The values are Grafana's. */
export enum DisplayUnit {
  /** Events in a second. */
  PER_SECOND = 'cps',
  /** Disk operations in a second. */
  OPERATIONS_PER_SECOND = 'iops',
  /** Network packets in a second. */
  PACKETS_PER_SECOND = 'pps',
  /** Requests in a second. */
  REQUESTS_PER_SECOND = 'reqps',
  /** Hours of one GPU. */
  GPU_HOURS = 'suffix: GPUh',
  /** Floating-point operations in a second, in units of 10^12. */
  TERAFLOPS = 'tflops',
  /** How long ago a point in time was, which the query gives in milliseconds. */
  FROM_NOW = 'dateTimeFromNow',
  /** Words. */
  TEXT = 'string',
}

/** The unit of a panel or of a column. */
export type PanelUnit = MetricUnit | DisplayUnit;

/** How Grafana shows what metrics count. Grafana wants a point in time in milliseconds: such a query multiplies by 1000. */
const GRAFANA_UNITS: { readonly [unit in MetricUnit]: string } = {
  // whole numbers stay whole: `short` would show 1024 nodes as 1.02 K
  [MetricUnit.COUNT]: 'none',
  [MetricUnit.RATIO]: 'percentunit',
  [MetricUnit.PERCENT]: 'percent',
  [MetricUnit.SECONDS]: 's',
  [MetricUnit.MILLISECONDS]: 'ms',
  [MetricUnit.MICROSECONDS]: 'µs',
  [MetricUnit.NANOSECONDS]: 'ns',
  [MetricUnit.TIMESTAMP]: 'dateTimeAsIso',
  [MetricUnit.BYTES]: 'bytes',
  [MetricUnit.KIBIBYTES]: 'kbytes',
  [MetricUnit.MEBIBYTES]: 'mbytes',
  [MetricUnit.BYTES_PER_SECOND]: 'binBps',
  [MetricUnit.MEBIBYTES_PER_SECOND]: 'MiBs',
  [MetricUnit.BITS_PER_SECOND]: 'bps',
  [MetricUnit.HERTZ]: 'rothz',
  [MetricUnit.MEGAHERTZ]: 'rotmhz',
  [MetricUnit.CELSIUS]: 'celsius',
  [MetricUnit.WATTS]: 'watt',
  [MetricUnit.JOULES]: 'joule',
  [MetricUnit.MILLIJOULES]: 'suffix: mJ',
  [MetricUnit.WATT_HOURS]: 'watth',
  [MetricUnit.VOLTS]: 'volt',
  [MetricUnit.AMPERES]: 'amp',
  [MetricUnit.AMPERE_HOURS]: 'amph',
  [MetricUnit.RPM]: 'rotrpm',
  [MetricUnit.CORES]: 'suffix: cores',
  [MetricUnit.MILLICORES]: 'suffix: millicores',
};

/** Grafana's id of a unit. */
export function grafanaUnit(unit: PanelUnit): string {
  return GRAFANA_UNITS[unit as MetricUnit] ?? unit;
}
