import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';

const DURATION_UNITS: readonly (readonly [unit: string, milliseconds: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Writes a duration as Prometheus and VictoriaMetrics read it, largest units first: `1m30s`, `30d`. */
export function prometheusDuration(duration: Duration): string {
  return inUnits(duration, DURATION_UNITS);
}

/** Writes a duration as plain Go flags read it, which know no days: `24h`. */
export function goDuration(duration: Duration): string {
  return inUnits(
    duration,
    DURATION_UNITS.filter(([unit]) => unit !== 'd'),
  );
}

function inUnits(duration: Duration, units: typeof DURATION_UNITS): string {
  let rest = duration.toMilliseconds();
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text || '0s';
}

/** Compares two durations: negative when `a` is the shorter. */
export function compareDurations(a: Duration, b: Duration): number {
  return a.toMilliseconds() - b.toMilliseconds();
}

/** The shortest of some durations, or nothing of none. */
export function shortest(durations: readonly Duration[]): Duration | undefined {
  return [...durations].sort(compareDurations)[0];
}

/** Writes a size as a Kubernetes quantity in the largest unit that keeps it whole: `30Gi`, `512Mi`. */
export function quantity(size: Size): string {
  const kibibytes = size.toKibibytes({ rounding: SizeRoundingBehavior.FAIL });
  if (kibibytes % 1024 ** 2 === 0) return `${kibibytes / 1024 ** 2}Gi`;
  return kibibytes % 1024 === 0 ? `${kibibytes / 1024}Mi` : `${kibibytes}Ki`;
}

/** The number of bytes in a size. */
export function bytes(size: Size): number {
  return size.toKibibytes({ rounding: SizeRoundingBehavior.FAIL }) * 1024;
}

/** Writes a size as the byte flags of VictoriaMetrics read it; they refuse Kubernetes' `10Gi`. */
export function flagBytes(size: Size): string {
  const text = quantity(size);
  return `${text}B`;
}

/** CPU and memory of one container. What is left out is not set: no limit, no request. */
export interface ComputeResources {
  /** CPU that the scheduler sets aside. @default - none */
  readonly cpuRequest?: Cpu;
  /** CPU at which the container is throttled. @default - none: throttled scrapes are late or lost */
  readonly cpuLimit?: Cpu;
  /** Memory that the scheduler sets aside. @default - none */
  readonly memoryRequest?: Size;
  /** Memory at which the container is killed. @default - none */
  readonly memoryLimit?: Size;
}

/** Requests or limits in the form that every kind of Kubernetes shares. */
export interface ResourceAmounts {
  /** CPU in cores or millicores: `250m`. */
  readonly cpu?: string;
  /** Memory as a quantity: `512Mi`. */
  readonly memory?: string;
}

/** Requests and limits as plain strings. */
export interface ResourceRequirements {
  /** What the scheduler sets aside. */
  readonly requests?: ResourceAmounts;
  /** What the container may not exceed. */
  readonly limits?: ResourceAmounts;
}

/** Writes resources as Kubernetes reads them, without empty parts. */
export function resourceRequirements(resources: ComputeResources): ResourceRequirements {
  const amounts = (cpu?: Cpu, memory?: Size): ResourceAmounts | undefined =>
    cpu || memory ? { ...(cpu ? { cpu: String(cpu.amount) } : {}), ...(memory ? { memory: quantity(memory) } : {}) } : undefined;
  const requests = amounts(resources.cpuRequest, resources.memoryRequest);
  const limits = amounts(resources.cpuLimit, resources.memoryLimit);
  return { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) };
}

/** Amounts as one of the generated types wants them: `amountsAs(requests, k8s.Quantity.fromString)`. */
export function amountsAs<T>(amounts: ResourceAmounts | undefined, make: (text: string) => T): { [key: string]: T } | undefined {
  return amounts && Object.fromEntries(Object.entries(amounts).map(([key, value]) => [key, make(value)]));
}

/** A request and an equal memory limit, no CPU limit: what small steady programs get by default. */
export function steadyResources(cpuMillis: number, memory: Size): ComputeResources {
  return { cpuRequest: Cpu.millis(cpuMillis), memoryRequest: memory, memoryLimit: memory };
}

/** A small request, and room up to what a cluster of a thousand nodes needs: for programs that hold all its pods or jobs in memory. */
export function roomyResources(): ComputeResources {
  return { cpuRequest: Cpu.millis(100), memoryRequest: Size.mebibytes(512), memoryLimit: Size.gibibytes(2) };
}

export { Cpu, Duration, Size };
