/** How a family counts. */
export enum MetricType {
  /** Only grows, and starts at zero again with the process: read with `rate` or `increase`. */
  COUNTER = 'counter',
  /** Goes up and down. */
  GAUGE = 'gauge',
  /** Buckets `…_bucket` with `le`, beside `…_sum` and `…_count`. */
  HISTOGRAM = 'histogram',
  /** Buckets `…_bucket` with `vmrange`, beside `…_sum` and `…_count`: what programs of VictoriaMetrics expose. */
  VM_HISTOGRAM = 'vm-histogram',
  /** Quantiles with `quantile`, beside `…_sum` and `…_count`. */
  SUMMARY = 'summary',
  /** Always 1; its labels say something. */
  INFO = 'info',
}

/** What one sample of a family counts. */
export enum MetricUnit {
  /** Things, such as requests, or a state as a number. */
  COUNT = 'count',
  /** A share of 1. */
  RATIO = 'ratio',
  /** A share of 100. */
  PERCENT = 'percent',
  SECONDS = 'seconds',
  MILLISECONDS = 'milliseconds',
  MICROSECONDS = 'microseconds',
  NANOSECONDS = 'nanoseconds',
  /** A point in time, in seconds since 1970. */
  TIMESTAMP = 'timestamp',
  BYTES = 'bytes',
  KIBIBYTES = 'kibibytes',
  MEBIBYTES = 'mebibytes',
  BYTES_PER_SECOND = 'bytes-per-second',
  MEBIBYTES_PER_SECOND = 'mebibytes-per-second',
  BITS_PER_SECOND = 'bits-per-second',
  HERTZ = 'hertz',
  MEGAHERTZ = 'megahertz',
  CELSIUS = 'celsius',
  WATTS = 'watts',
  JOULES = 'joules',
  MILLIJOULES = 'millijoules',
  WATT_HOURS = 'watt-hours',
  VOLTS = 'volts',
  AMPERES = 'amperes',
  AMPERE_HOURS = 'ampere-hours',
  RPM = 'rpm',
  /** CPUs, or seconds of one in a second. */
  CORES = 'cores',
  MILLICORES = 'millicores',
}

/** What is known of a label of a family. */
export interface FamilyLabel {
  /** Every value that it can have. @default - any */
  readonly values?: readonly string[];
  /** Some series of the family are without it, or have it empty, which is the same in a store. @default false */
  readonly optional?: boolean;
}

/** When a family is there that is not always there. All parts that are given must hold. */
export interface FamilyCondition {
  /** What turns it on in the exporter: `collector infiniband`, `resource nodes`, `counter`, `flag --x`. @default - nothing needs to */
  readonly option?: string;
  /** Hardware or kind of node that it needs, in a few words. @default - any */
  readonly hardware?: string;
  /** What must have happened first, in a few words: `a job has run`. @default - nothing */
  readonly event?: string;
}

/** One metric of a source, as its exporter exposes it: before any relabeling. */
export interface MetricFamily {
  /** Name, as in the line `# TYPE`. */
  readonly name: string;
  readonly type: MetricType;
  readonly unit: MetricUnit;
  /** Labels that the exporter itself sets, without `le`, `vmrange` and `quantile`. */
  readonly labels: { readonly [name: string]: FamilyLabel };
  /** Of a histogram: the buckets alone are there, neither sum nor count. @default false */
  readonly bucketsOnly?: boolean;
  /** What it says, in one sentence. */
  readonly help: string;
  /** When it is there. @default - always */
  readonly when?: FamilyCondition;
}

/** All families of one source, by the endpoint's page that exposes them. */
export interface MetricCatalog {
  /** Name of the source and page: `node-exporter`, `kubelet /metrics/cadvisor`. */
  readonly name: string;
  readonly families: readonly MetricFamily[];
  /** Names that further families of it may have. @default - none: these are all */
  readonly others?: RegExp;
}
