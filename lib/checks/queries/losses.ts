import type { Selector } from '../../promql';
import { RelabelAction, type RelabelRule } from '../../scrape/relabel-rule';
import type { Arrivals, Way } from './arrivals';

/** Why something does not arrive, and what to do about it. */
export interface Loss {
  /** Who takes it away, as a sentence without its end. */
  readonly reason: string;
  /** As an imperative. */
  readonly remedy: string;
}

/** Why some series do not arrive in a store, or not as they were exposed. */
export class Losses {
  constructor(private readonly arrivals: Arrivals) {}

  /** The rule by which no series of a name arrives. */
  ofMetric(name: string): Loss | undefined {
    const [dropped] = this.arrivals.dropped(name);
    if (dropped) return byRule(dropped.droppedBy, dropped.target.name, 'drops it');
    const exposing = this.arrivals.exposing(name);
    const [renaming] = this.rules((rule) => rule.targetLabel === '__name__' || rule.replacement === '__name__').filter(({ target }) =>
      exposing.includes(target),
    );
    return renaming && byRule(renaming.rule, renaming.target, 'gives it another name');
  }

  /** Why series of a selector lack a label that they once had. */
  ofLabel(selector: Selector, label: string): Loss | undefined {
    for (const { lostTo, target } of this.arrivals.sourcesOf(selector)) {
      const rule = lostTo(label);
      if (rule) return byRule(rule, target.name, 'takes it away');
    }
    return undefined;
  }

  /** The rule that decides about the values of a label of a selector's series, where one does. */
  ofValue(selector: Selector, label: string): Loss | undefined {
    const targets = new Set(this.arrivals.sourcesOf({ ...selector, matchers: [] }).map(({ target }) => target.name));
    const about = (decides: (rule: RelabelRule) => boolean) => this.rules(decides).filter(({ target }) => targets.has(target))[0];
    const writing = about(({ targetLabel }) => targetLabel === label);
    if (writing) return byRule(writing.rule, writing.target, 'writes it');
    const dropping = about(({ action, sourceLabels = [] }) => DROPPING.includes(action) && sourceLabels.includes(label));
    return dropping && byRule(dropping.rule, dropping.target, 'drops series by it');
  }

  /** Rules of users and sources on the way of each target. */
  private rules(decides: (rule: RelabelRule) => boolean) {
    return this.arrivals.ways.flatMap((way) =>
      way.targets.flatMap((target) =>
        rulesOf(way, target)
          .filter(decides)
          .map((rule) => ({ rule, target: target.name })),
      ),
    );
  }
}

const DROPPING: readonly RelabelAction[] = [RelabelAction.DROP, RelabelAction.KEEP];

/** The last rule counts first. */
function rulesOf({ destinationRules = [] }: Way, { relabelConfigs, metricRelabelConfigs }: Way['targets'][number]): RelabelRule[] {
  return [...relabelConfigs, ...metricRelabelConfigs, ...destinationRules].reverse();
}

function byRule({ why, remedy = 'change that rule' }: RelabelRule, target: string, does: string): Loss {
  return { reason: `the rule "${why}" over the scrape of ${target} ${does}`, remedy };
}
