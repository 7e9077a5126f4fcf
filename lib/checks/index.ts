import type { IConstruct } from 'constructs';
import { ImageSource } from '../common/image-source';
import { declaredUrlsOf } from '../common/reaches';
import { isCollector } from '../scrape/collector';
import { agentRights } from './agent-rights';
import { agentSelectsScrapes } from './agent-selects-scrapes';
import { applySize } from './apply-size';
import { type Check, type CheckContext, type Finding, Severity } from './check';
import { collectionInterval } from './collection-interval';
import { credentialReachesOneUrl } from './credential-reaches-one-url';
import { dedupInterval } from './dedup-interval';
import { grafanaExposure } from './grafana-exposure';
import { identityKept } from './identity-kept';
import { imageLocked } from './image-locked';
import { imagePinned } from './image-pinned';
import { imageRegistry } from './image-registry';
import { namesAndLabels } from './names-and-labels';
import { noSecretValue } from './no-secret-value';
import { operatorVersion } from './operator-version';
import { podSecurity } from './pod-security';
import { queryContract } from './query-contract';
import { referencesExist } from './references-exist';
import { scrapeFindsSomething } from './scrape-finds-something';
import { scrapeTimeout } from './scrape-timeout';
import { scrapedOnce } from './scraped-once';
import { singleReplicaDrains } from './single-replica-drains';
import { staysInside } from './stays-inside';
import { targetsToldApart } from './targets-told-apart';
import { Tree } from './tree';

export { type Check, type CheckContext, type Complaint, type Finding, Severity } from './check';
export { type UsedImage, usedImages } from './images';
export { withOwnChecks } from './own';
export { type Json, type JsonObject, type KubeObject, kubeObject, Tree } from './tree';

/** Every check, in the order of their messages. A new one is a file beside this one and a line here. */
export const CHECKS: readonly Check[] = [
  scrapeFindsSomething,
  agentSelectsScrapes,
  agentRights,
  scrapedOnce,
  targetsToldApart,
  identityKept,
  scrapeTimeout,
  collectionInterval,
  dedupInterval,
  queryContract,
  credentialReachesOneUrl,
  noSecretValue,
  grafanaExposure,
  podSecurity,
  singleReplicaDrains,
  operatorVersion,
  namesAndLabels,
  referencesExist,
  imagePinned,
  imageRegistry,
  imageLocked,
  staysInside,
  applySize,
];

/** How checks are run. */
export interface CheckOptions {
  /** Warnings count as errors. @default false */
  readonly strict?: boolean;
  /** Version of the VictoriaMetrics operator that will read the objects. @default - not known: any field goes */
  readonly operatorVersion?: string;
  /** The checks to run. @default - all */
  readonly checks?: readonly Check[];
}

/** Runs checks over everything below a construct. */
export function runChecks(root: IConstruct, options: CheckOptions = {}): Finding[] {
  const context: CheckContext = {
    tree: Tree.of(root),
    collectors: root.node.findAll().filter(isCollector),
    operatorVersion: options.operatorVersion,
    images: ({ path }) => {
      const construct = constructAt(root, path);
      return construct && ImageSource.of(construct);
    },
    declaredUrls: declaredUrlsOf(root),
  };
  return (options.checks ?? CHECKS).flatMap((check) =>
    [...check.run(context)].map(({ on, message, severity }) => ({
      check: check.name,
      severity: options.strict ? Severity.ERROR : (severity ?? Severity.ERROR),
      path: 'node' in on ? on.node.path : on.path,
      message,
    })),
  );
}

/** The construct at a path; nothing for objects that were made of no construct. */
function constructAt(root: IConstruct, path: string): IConstruct | undefined {
  const below = root.node.path === '' ? path : path.slice(root.node.path.length + 1);
  return below.split('/').reduce<IConstruct | undefined>((found, id) => found?.node.tryFindChild(id), root);
}

/** One finding as a line of text. */
export function findingText({ check, path, message }: Finding): string {
  return `[${path}] ${message} (${check})`;
}

/** Takes the text of a warning. */
export type WarningSink = (text: string) => void;

const SINK = 'soperator-metrics/warnings';

/** Gives the warnings of an app to somebody, and no longer to standard error. To be called before anything is made in the app. */
export function sendWarnings(app: IConstruct, sink: WarningSink): void {
  app.node.setContext(SINK, sink);
}

/**
 * Runs the checks over the whole app whenever it is synthesised: errors stop it, warnings go to standard error, each once.
 *
 * @param scope the construct that asks for it; the checks still look at the whole app
 */
export function reportChecks(scope: IConstruct, options: CheckOptions): void {
  const warned = new Set<string>();
  const sink: WarningSink = scope.node.tryGetContext(SINK) ?? ((text: string) => console.error(`warning: ${text}`));
  scope.node.addValidation({
    validate: () => {
      const findings = runChecks(scope.node.root, options);
      for (const finding of findings.filter(({ severity }) => severity === Severity.WARNING)) {
        const text = findingText(finding);
        if (!warned.has(text)) sink(text);
        warned.add(text);
      }
      return findings.filter(({ severity }) => severity === Severity.ERROR).map(findingText);
    },
  });
}
