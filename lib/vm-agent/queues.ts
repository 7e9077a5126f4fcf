import { Size } from 'cdk8s';
import { bytes, prometheusDuration, quantity } from '../common/units';
import type { Destination } from '../scrape/destination';
import type { Load } from '../scrape/load';
import type { QueueBudget } from '../scrape/queue-budget';
import { queueBytesPerSecond } from '../scrape/sizing';

/**
 * Bytes of one file of a queue: sixteen blocks of 32 MiB with their headers. vmagent keeps no smaller queue, and removes a file only when
 * all of it was read.
 *
 * @see https://github.com/VictoriaMetrics/VictoriaMetrics/blob/v1.150.0/lib/persistentqueue/persistentqueue.go
 */
export const QUEUE_FILE = 16 * (32 * 1024 ** 2 + 8);
/** A tenth of the volume stays free: file systems keep some for themselves, and slow down when full. */
export const QUEUE_FILL = 0.9;
/** Many classes' volumes cannot grow, so a small queue gets room, too. */
const LEAST = Size.gibibytes(10);

/** What each destination may keep, and the volume that holds all of it. */
export interface Queues {
  /** Bytes that each destination may keep, in the order of the destinations. */
  readonly limits: readonly number[];
  /** Size of the volume. */
  readonly volume: Size;
}

/** What the queues are worked out from. */
export interface QueueOptions {
  /** Everything that is written to, in order. */
  readonly destinations: readonly Destination[];
  /** Load of one agent. */
  readonly load: Load;
  /** Budget of a destination that has none of its own. */
  readonly buffer: QueueBudget;
  /** Whether somebody asked for that budget, so that it must be kept. */
  readonly bufferGiven: boolean;
  /** Size of the volume, where it is given. */
  readonly queueSize?: Size;
}

/** Works out limits and volume of the queues. Where a given volume is too small for budgets that nobody asked for, they get what there is. */
export function queuesOf(options: QueueOptions): Queues {
  const { destinations, queueSize } = options;
  const needs = destinations.map((destination) => need(options, destination));
  const volume = queueSize ?? derivedVolume(needs);
  const free = Math.floor((bytes(volume) * QUEUE_FILL) / QUEUE_FILE);
  const files = (some: readonly Need[]) => some.reduce((sum, { limit }) => sum + filesOf(limit), 0);
  const others = needs.filter(({ given }) => !given);
  // what nobody asked for shares what is left, in proportion to what it needs: a larger queue costs nothing there, and a volume that is too
  // small ends the budget of each at the same time
  const left = free - files(needs.filter(({ given }) => given)) - others.length;
  const needed = files(others) - others.length;
  const limitOf = ({ limit, given }: Need) =>
    given ? limit : Math.max(1, Math.floor((left * (filesOf(limit) - 1)) / needed)) * QUEUE_FILE;
  return { volume, limits: needs.map(limitOf) };
}

/** Why a volume does not hold the queues, or a budget cannot be kept; nothing when all is well. */
export function queueProblems(options: QueueOptions): string[] {
  const { destinations, queueSize } = options;
  const small = destinations.flatMap((destination) => {
    const { bound: size, duration } = budgetOf(options, destination);
    if (duration && duration.toMilliseconds() < 60_000) {
      return [
        `buffer of ${destination.name}: got ${prometheusDuration(duration)}, expected 1m or more, because a shorter outage needs no queue; use QueueBudget.outage(Duration.hours(6))`,
      ];
    }
    if (size === undefined || bytes(size) >= QUEUE_FILE) return [];
    return [
      `buffer of ${destination.name}: got ${quantity(size)}, expected ${quantity(roundedUp(QUEUE_FILE))} or more, because vmagent keeps its queue in files of half a gigabyte; ` +
        'give at least 513Mi, or a time that the destination may be away',
    ];
  });
  if (queueSize === undefined || destinations.length === 0 || small.length > 0) return small;
  const needs = destinations.map((destination) => {
    const { limit, given, why } = need(options, destination);
    return given ? { files: filesOf(limit), why } : { files: filesOf(QUEUE_FILE), why: `${destination.name} one file of half a gigabyte` };
  });
  const files = needs.reduce((sum, { files: count }) => sum + count, 0);
  const needed = files * QUEUE_FILE;
  if (needed <= bytes(queueSize) * QUEUE_FILL) return [];
  return [
    `queueSize: got ${quantity(queueSize)}, expected ${quantity(volumeFor(needed))} or more: ${needs.map(({ why }) => why).join(', ')}; ` +
      `with one more file for each while it is read, that is ${files} files of half a gigabyte, and a tenth of the volume stays free; ` +
      `use Size.gibibytes(${bytes(volumeFor(needed)) / 1024 ** 3}), or a smaller buffer`,
  ];
}

interface Need {
  /** Bytes that the destination may keep. */
  readonly limit: number;
  /** Whether somebody asked for it. */
  readonly given: boolean;
  /** The same in words. */
  readonly why: string;
}

function budgetOf({ buffer }: QueueOptions, destination: Destination): QueueBudget {
  return destination.buffer ?? buffer;
}

function need(options: QueueOptions, destination: Destination): Need {
  const budget = budgetOf(options, destination);
  const given = destination.buffer !== undefined || options.bufferGiven;
  if (budget.bound)
    return { limit: Math.max(QUEUE_FILE, bytes(budget.bound)), given, why: `${destination.name} ${quantity(budget.bound)}` };
  const seconds = (budget.duration?.toMilliseconds() ?? 0) / 1000;
  const rate = queueBytesPerSecond(options.load, destination.speaksVm ?? false);
  const files = Math.max(1, Math.ceil((seconds * rate) / QUEUE_FILE));
  const mebibytes = Math.ceil((seconds * rate) / 1024 ** 2);
  const why = `${destination.name} ${mebibytes}Mi in ${budget.duration ? prometheusDuration(budget.duration) : '0s'} at ${Math.ceil(rate)} bytes a second`;
  return { limit: files * QUEUE_FILE, given, why };
}

/** Files that a queue of some size may take: a file that is being read stays until its end. */
function filesOf(limit: number): number {
  return Math.ceil(limit / QUEUE_FILE) + 1;
}

function derivedVolume(needs: readonly Need[]): Size {
  const needed = needs.reduce((sum, { limit }) => sum + filesOf(limit), 0) * QUEUE_FILE;
  // in steps of ten, so that a few nodes more change no claim
  const tens = Math.ceil(bytes(volumeFor(needed)) / bytes(LEAST));
  return Size.gibibytes(10 * Math.max(1, tens));
}

/** The least whole number of gibibytes that holds something. */
function volumeFor(needed: number): Size {
  return Size.gibibytes(Math.ceil(needed / QUEUE_FILL / 1024 ** 3));
}

function roundedUp(size: number): Size {
  return Size.mebibytes(Math.ceil(size / 1024 ** 2));
}
