import { type Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { ResolvedScale } from '../common/scale';
import { SeriesProfile } from '../common/series-profile';
import type { ComputeResources } from '../common/units';
import type { Load } from './load';

/** Bytes that a sample takes on disk. Measured after merges: 0.9; published of production: mostly 0.4 to 1.1. */
export const SAMPLE_BYTES = 1;
/** Bytes that the index takes for a series and day, for each day has an index of its own. Measured. */
export const INDEX_BYTES = 94;
/**
 * Series that a day sees for each one that is alive: those of pods, which are half of all, and of jobs come and go once a day; those of nodes
 * stay. A day of many short jobs sees more, but their share of the index is small.
 */
export const SERIES_A_DAY = 1.5;
/**
 * Days that samples may outlive the retention: the store keeps months apart, and drops a part of one only when all of it has expired.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/single-server-victoriametrics/#retention
 */
export const OVERHANG_DAYS = 31;
/** Share of the volume that may be used: merges write their result before they drop what they read. A full store takes nothing any more. */
export const STORAGE_FILL = 0.8;
/** CPU seconds that the agent takes for a million samples, those that it drops counted like the others. Measured: 2.8 to 4.8. */
export const AGENT_CPU = 5;
/** Bytes of the agent's memory for a series of a page, kept or not: it compares each page with the one before. Measured: 60 to 150. */
export const AGENT_SERIES_BYTES = 150;
/** Bytes of the agent's memory for an address: its labels before and after relabeling, a connection, buffers. Measured: 115 to 250 MiB for 3,000. */
export const AGENT_TARGET_BYTES = 64 * 1024;
/**
 * Bytes of the agent's memory for a series of the largest scrape: the page as text, the page before, and what differs between them. Measured:
 * 2,500 of a page with 100,000 series.
 */
export const AGENT_PAGE_BYTES = 2_500;
/** CPU seconds that the store takes to ingest a million samples. Measured; the vendor's own number is a third of it, which leaves the rest for queries. */
export const STORE_CPU = 10;
/** Bytes of the store's memory for a series that is alive. Measured: 0.9 to 1.05 KiB. */
export const STORE_SERIES_BYTES = 1_100;
/** Samples in a second that one agent is to carry: its senders move 400,000, so what was queued drains within twice the time of the outage. */
export const SHARD_SAMPLES = 250_000;
/** Series of pages that one agent is to hold, in about as much memory as a small node has to spare. */
export const SHARD_SERIES = 8_000_000;
/** Addresses that one agent is to scrape: tens of thousands is what its vendor knows to work. */
export const SHARD_TARGETS = 20_000;
/** Samples in a second that one sender moves. */
export const SENDER_SAMPLES = 50_000;
/** Senders to each destination at most: each holds a block that a kill loses. */
export const MAX_SENDERS = 8;
/** Bytes of a sample in a queue. Measured: 20 of VictoriaMetrics' own protocol at 700 samples a second, 24 of Prometheus'. */
export const QUEUED_BYTES = 24;
/** The same of VictoriaMetrics' own protocol in the large blocks of many samples. Measured: 9.5 at 28,000 samples a second, 14.6 of values that cannot be packed. */
export const QUEUED_BYTES_LARGE = 16;
/** Samples in a second from which on blocks are large. */
export const LARGE_BLOCKS_FROM = 5_000;

const DAY_SECONDS = 86_400;
const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

/**
 * CPU and memory of one agent, for its own part of the load.
 *
 * There is no limit of CPU: a throttled agent scrapes late. Memory may double, because a destination that is back is sent what was queued,
 * and because a rollout of everything brings all series anew.
 */
export function agentResources({ targets, exposed, exposedPerSecond, largestScrape }: Load): ComputeResources {
  // whichever of several agents has the largest page
  const memory = 128 * MEBIBYTE + AGENT_TARGET_BYTES * targets + AGENT_SERIES_BYTES * exposed + AGENT_PAGE_BYTES * largestScrape;
  return resources(100 + millis(AGENT_CPU, exposedPerSecond), Math.max(256 * MEBIBYTE, memory));
}

/**
 * CPU and memory of the store.
 *
 * There is no limit of CPU: merges and queries take what is free. Memory may double for queries and for series that are new.
 */
export function storeResources({ series, samplesPerSecond }: Load): ComputeResources {
  const memory = 512 * MEBIBYTE + STORE_SERIES_BYTES * series;
  return resources(225 + millis(STORE_CPU, samplesPerSecond), Math.max(GIBIBYTE, memory));
}

/** Number of agents that share a load: as few as can carry it, since each of them discovers everything and is one more thing to look after. */
export function shardsFor({ targets, exposed, samplesPerSecond }: Load): number {
  return Math.max(1, Math.ceil(Math.max(samplesPerSecond / SHARD_SAMPLES, exposed / SHARD_SERIES, targets / SHARD_TARGETS)));
}

/** What a store's volume has to hold. */
export interface StorageNeed {
  /** Size of a volume that is enough, in bytes. */
  readonly bytes: number;
  /** Bytes of the samples. */
  readonly samples: number;
  /** Bytes of the index. */
  readonly index: number;
  /** How the size comes about, for messages. */
  readonly arithmetic: string;
}

/** Works out what a store's volume has to hold at the end of its fullest month. */
export function storageFor({ series, samplesPerSecond }: Load, retention: Duration): StorageNeed {
  const days = retention.toMilliseconds() / 1000 / DAY_SECONDS + OVERHANG_DAYS;
  const samples = Math.ceil(samplesPerSecond * days * DAY_SECONDS * SAMPLE_BYTES);
  const index = Math.ceil(series * SERIES_A_DAY * days * INDEX_BYTES);
  const bytes = Math.ceil((samples + index) / STORAGE_FILL);
  const arithmetic =
    `${counted(series)} series and ${counted(samplesPerSecond)} samples a second over ${counted(days)} days, because a month is dropped as a whole, ` +
    `are ${gibibytes(samples)} at ${SAMPLE_BYTES} byte a sample and ${gibibytes(index)} of index; with a fifth kept free for merges ${gibibytes(bytes)}`;
  return { bytes, samples, index, arithmetic };
}

/** Bytes by which the queue of one destination grows in a second that it takes nothing. */
export function queueBytesPerSecond({ samplesPerSecond }: Load, speaksVm: boolean): number {
  if (!speaksVm) return samplesPerSecond * QUEUED_BYTES;
  const few = Math.min(samplesPerSecond, LARGE_BLOCKS_FROM);
  return few * QUEUED_BYTES + (samplesPerSecond - few) * QUEUED_BYTES_LARGE;
}

/**
 * Number of senders to each destination, 2 to 8: twice what the load needs, so that a queue drains as fast as it grew.
 *
 * The agent's own default is twice the CPUs of whichever node it is on, and a kill loses the block that each sender holds.
 */
export function queuesFor({ samplesPerSecond }: Load): number {
  return Math.min(MAX_SENDERS, Math.max(2, Math.ceil((2 * samplesPerSecond) / SENDER_SAMPLES)));
}

/** The load of the pipeline's own sources with their defaults, where the number of agents has to be known before they are. */
export function typicalLoad({ nodes, gpusPerNode, cpusPerNode, pods }: ResolvedScale, profile = SeriesProfile.FULL): Load {
  const gpus = nodes * gpusPerNode;
  const exposed = 8_000 + 2_800 * nodes + 100 * gpus + 20 * nodes * cpusPerNode + 220 * pods;
  const read = 5_100 + 925 * nodes + 65 * gpus + nodes * cpusPerNode + 68 * pods;
  const series = profile === SeriesProfile.FULL ? exposed : read;
  // those of the GPUs themselves come twice as often as the others
  // the state of all pods is on one page
  const perSecond = (count: number) => (count + 36 * gpus) / 30;
  return {
    targets: 9 + 6 * nodes,
    series,
    exposed,
    exposedPerSecond: perSecond(exposed),
    samplesPerSecond: perSecond(series),
    largestScrape: 25 * pods,
  };
}

/** Coarse steps, so that a few nodes more or less change no pod. */
function resources(cpuMillis: number, memory: number): ComputeResources {
  const cpu = inSteps(cpuMillis, cpuMillis <= 1000 ? 50 : 250);
  const mebibytes = memory / MEBIBYTE;
  const request = inSteps(mebibytes, mebibytes <= 1024 ? 64 : mebibytes <= 8 * 1024 ? 256 : 1024);
  return { cpuRequest: Cpu.millis(cpu), memoryRequest: Size.mebibytes(request), memoryLimit: Size.mebibytes(2 * request) };
}

function inSteps(amount: number, step: number): number {
  return step * Math.ceil(amount / step);
}

/** Thousandths of a CPU for so many CPU seconds a million samples. */
function millis(cpuSeconds: number, samplesPerSecond: number): number {
  return (cpuSeconds * samplesPerSecond) / 1000;
}

/** A number to two digits, with commas: `62,000`. */
function counted(amount: number): string {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, amount))) - 1);
  return `${Math.round(amount / scale) * scale}`.replace(/\B(?=(\d{3})+$)/g, ',');
}

function gibibytes(amount: number): string {
  const size = amount / GIBIBYTE;
  return size < 10 ? `${Math.ceil(size * 10) / 10}Gi` : `${Math.ceil(size)}Gi`;
}
