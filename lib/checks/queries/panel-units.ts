import { MetricUnit } from '../../common/metric-family';

const { COUNT, RATIO, CORES, MILLICORES, PERCENT, SECONDS, MILLISECONDS, MICROSECONDS, NANOSECONDS, BYTES, WATTS } = MetricUnit;

/**
 * Units of Grafana by the units of what may be shown in them. An empty list fits what a query works out, but nothing that is measured: who
 * shows watts as kilowatts divides by 1000 first. Units that are not here say nothing about the number.
 *
 * @see https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts
 */
const TABLE: readonly (readonly [shown: readonly MetricUnit[], ids: string])[] = [
  // the mean of what is 0 or 1 is a share, and a CPU is 100 %
  [[RATIO, COUNT, CORES], 'percentunit'],
  [[PERCENT, COUNT], 'percent humidity'],
  [[SECONDS], 's dtdurations dthms dtdhms clocks'],
  [[MILLISECONDS], 'ms dtdurationms clockms'],
  [[MICROSECONDS], 'µs'],
  [[NANOSECONDS], 'ns'],
  [[], 'm h d timeticks'],
  // in milliseconds, which no metric counts in: a query multiplies by 1000
  [
    [],
    'dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsUS dateTimeAsUSNoDateIfToday dateTimeAsLocal dateTimeAsLocalNoDateIfToday dateTimeAsSystem dateTimeFromNow',
  ],
  [[BYTES], 'bytes decbytes'],
  [[MetricUnit.KIBIBYTES], 'kbytes'],
  [[MetricUnit.MEBIBYTES], 'mbytes'],
  [[], 'bits decbits gbytes tbytes pbytes deckbytes decmbytes decgbytes dectbytes decpbytes'],
  [[MetricUnit.BYTES_PER_SECOND], 'Bps binBps'],
  [[MetricUnit.MEBIBYTES_PER_SECOND], 'MiBs'],
  [[MetricUnit.BITS_PER_SECOND], 'bps binbps'],
  [[], 'KiBs KBs Kibits Kbits MBs Mibits Mbits GiBs GBs Gibits Gbits TiBs TBs Tibits Tbits PiBs PBs Pibits Pbits'],
  [[MetricUnit.HERTZ], 'hertz rothz'],
  [[MetricUnit.MEGAHERTZ], 'rotmhz'],
  [[MetricUnit.RPM], 'rotrpm'],
  [[], 'rotkhz rotghz rotrads rotdegs'],
  [[MetricUnit.CELSIUS], 'celsius'],
  [[], 'fahrenheit kelvin'],
  [[WATTS], 'watt'],
  [[], 'kwatt megwatt gwatt mwatt'],
  [[MetricUnit.WATT_HOURS], 'watth'],
  [[MetricUnit.JOULES], 'joule'],
  [[MetricUnit.AMPERES], 'amp'],
  [[MetricUnit.AMPERE_HOURS], 'amph'],
  [[MetricUnit.VOLTS], 'volt'],
  [[], 'kwatth kwattm mwatth kamph mamph kamp mamp kvolt mvolt'],
  // of what counts things only a rate is in each second
  [[], 'cps ops reqps rps wps iops eps mps recps rowsps pps'],
  [[COUNT], 'cpm opm reqpm rpm wpm epm mpm recpm rowspm'],
  [[], 'flops mflops gflops tflops pflops eflops zflops yflops'],
];

const SHOWN: ReadonlyMap<string, readonly MetricUnit[]> = new Map(TABLE.flatMap(([shown, ids]) => ids.split(' ').map((id) => [id, shown])));

/** The unit of Grafana to write for each unit of a metric; whole numbers need none. */
const INSTEAD: { readonly [unit in MetricUnit]?: string } = {
  [COUNT]: 'none',
  [CORES]: 'suffix: cores',
  [MILLICORES]: 'suffix: millicores',
  [MetricUnit.MILLIJOULES]: 'suffix: mJ',
  [MetricUnit.BYTES_PER_SECOND]: 'binBps',
  [MetricUnit.BITS_PER_SECOND]: 'bps',
};

/** Whether a panel of some unit shows what counts in another as what it is not. Units that say nothing about numbers fit everything. */
export function contradicts(panelUnit: string, unit: MetricUnit): boolean {
  const shown = SHOWN.get(panelUnit);
  return shown !== undefined && !shown.includes(unit);
}

/** What to write so that a panel shows what counts in a unit. */
export function adviceFor(panelUnit: string, unit: MetricUnit): string {
  if (unit === MetricUnit.TIMESTAMP) {
    return `${panelUnit.startsWith('dateTime') ? '' : 'write "dateTimeAsIso", and '}multiply the query by 1000, because Grafana counts points in time in milliseconds`;
  }
  const [, ids = 'none'] = TABLE.find(([[first]]) => first === unit) ?? [];
  return `write "${INSTEAD[unit] ?? ids.split(' ')[0]}", or work out the other in the query`;
}
