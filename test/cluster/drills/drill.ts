import type { DrillPipeline } from './pipeline';

/** What a drill disturbs. */
export type Part = 'agent' | 'store' | 'cloud';

/** Samples that may be lost, in scrapes of one target a second, by destination. */
export interface Allowed {
  readonly store: number;
  readonly cloud: number;
}

/** One fault, and what it may cost. To add one, copy a file beside this one and name it in `index.ts`. */
export interface Drill {
  /** What it is called in the table. */
  readonly name: string;
  /** What the pipeline does about it, as a sentence without its subject. */
  readonly promise: string;
  /** What it disturbs; the other destination must not notice. */
  readonly disturbs: Part;
  /** How long the fault lasts, in seconds: in the usual run, and in the full one. */
  readonly seconds: { readonly short: number; readonly full: number };
  /** What may be lost. Nothing may ever be stored twice. */
  allowed(pipeline: DrillPipeline): Allowed;
  /** Why it cannot be done here; nothing where it can. */
  impossible?(pipeline: DrillPipeline): string | undefined;
  /** Makes the fault, proves that it is one, and ends it. */
  run(pipeline: DrillPipeline, seconds: number): Promise<void>;
}

/** Nothing may be lost: whatever the agent holds, it has time to write to its queue, or nobody takes it away. */
export const NOTHING = (): Allowed => ({ store: 0, cloud: 0 });

/**
 * What an agent that is killed takes along, in seconds: what it scraped is cut into blocks of about a second, each of its two senders holds
 * one while its destination is away, one is being filled, and one may not have reached the file. All others are in the queue's file by then.
 */
export const IN_MEMORY_OF_AGENT_S = 5;

/**
 * What a store that is killed takes along, in seconds: what came in is made a part in memory within two seconds, which is due to be written
 * to a file five seconds later, by somebody who looks every five seconds; and the agent waited a second before.
 */
export const IN_MEMORY_OF_STORE_S = 15;
