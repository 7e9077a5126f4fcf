import type { IConstruct } from 'constructs';
import type { ImageOptions } from '../common/image-source';
import type { ICollector } from '../scrape/collector';
import type { KubeObject, Tree } from './tree';

/** How bad a finding is. */
export enum Severity {
  /** What is applied would not work, or would harm: synthesis stops. */
  ERROR = 'error',
  /** It works, and a careful reader would want to know. */
  WARNING = 'warning',
}

/** One thing that a check found. */
export interface Finding {
  /** Name of the check. */
  readonly check: string;
  /** How bad it is. */
  readonly severity: Severity;
  /** Path of the construct that it concerns. */
  readonly path: string;
  /** What is wrong: what was given, what is allowed, what to write instead. */
  readonly message: string;
}

/** What a check looks at. */
export interface CheckContext {
  /** Every object of the app, the user's own included. */
  readonly tree: Tree;
  /** Every collector of the app, with what it scrapes and where it writes. */
  readonly collectors: readonly ICollector[];
  /** Version of the VictoriaMetrics operator that will read the objects. */
  readonly operatorVersion?: string;
  /** What was said of the images of an object. @default - nothing of any */
  readonly images?: (on: KubeObject) => ImageOptions | undefined;
  /** URLs that options name, wherever they are. @default - none */
  readonly declaredUrls?: readonly string[];
}

/** What a check says about one construct or object. */
export interface Complaint {
  /** The object or construct that it concerns. */
  readonly on: KubeObject | IConstruct;
  /** What is wrong: what was given, what is allowed, what to write instead. */
  readonly message: string;
  /** How bad it is. @default Severity.ERROR */
  readonly severity?: Severity;
}

/** A rule over the whole tree. It can be read without knowing any component. */
export interface Check {
  /** Short name in kebab-case; it stands in front of each of its messages. */
  readonly name: string;
  /** What it proves, in one sentence, for the documentation. */
  readonly proves: string;
  /** Finds everything that breaks the rule; nothing when the tree is sound. */
  run(context: CheckContext): Iterable<Complaint>;
}
