import { type Complaint, Severity } from '../check';
import type { Asked, Datasource } from './datasources';
import type { QueryUse } from './uses';
import type { Gap, Objection, Verdict } from './verdict';

/** Metrics or places that one message lists; of more it tells how many. */
const MOST = 8;

/** A query, and what was found about it. */
export interface Finding extends Verdict {
  readonly use: QueryUse;
  /** What may bring more than is known. */
  readonly unknown: readonly string[];
}

/** What was found about the queries of one page, the same fault of several once, and one complaint for each thing that is switched off. */
export function* told(findings: readonly Finding[]): Iterable<Complaint> {
  const [first] = findings;
  if (first === undefined) return;
  const { on, page } = first.use;
  const faults = new Map<string, { readonly objection: Objection; readonly places: Map<string, string> }>();
  const gaps = new Map<string, WideGap>();
  for (const { use, objections, gaps: open, unknown } of findings) {
    for (const objection of objections) {
      const { got, expected, instead } = objection.fault;
      const key = JSON.stringify([objection.severity, got, expected, instead]);
      const known = faults.get(key) ?? { objection, places: new Map() };
      const query = [use.part, use.name].filter(Boolean).join(' ');
      // one query may repeat it many times
      if (!known.places.has(query)) known.places.set(query, `${query} ${objection.place}`);
      faults.set(key, known);
    }
    for (const gap of open) {
      const key = JSON.stringify([gap.expected, gap.isFallback ?? false]);
      const known = gaps.get(key) ?? { gap, wanted: new Set(), parts: new Set(), switchedOff: new Set(), unknown };
      known.wanted.add(gap.wanted);
      known.parts.add(use.part);
      if (gap.switchedOff) known.switchedOff.add(gap.switchedOff);
      gaps.set(key, known);
    }
  }
  for (const { objection, places } of faults.values()) {
    const { got, expected, instead } = objection.fault;
    yield {
      on,
      severity: objection.severity,
      message: `${page}, ${inWords(shortened([...places.values()]))}: got ${got}, expected ${expected}; ${instead}`,
    };
  }
  for (const { gap, wanted, parts, switchedOff, unknown } of gaps.values()) {
    const unless = unknown.length > 0 ? ` unless ${unknown.join(' or ')} brings it, of which no catalog tells` : '';
    const [they, them, stay, show] = parts.size === 1 ? ['it', 'it', 'stays', 'shows'] : ['they', 'them', 'stay', 'show'];
    const effect = gap.isFallback ? `${they} ${show} less` : `${they} ${stay} empty`;
    const remedy = switchedOff.size > 0 ? `turn on ${inWords(shortened([...switchedOff]))} there` : gap.remedy;
    yield {
      on,
      severity: Severity.WARNING,
      message:
        `${page}: got ${inWords(parts)} asking for ${inWords(shortened([...wanted]))}, expected ${gap.expected}, or ${effect}${unless}; ` +
        `${remedy}, or leave ${them} out`,
    };
  }
}

/** The same gap in several parts of a page. */
interface WideGap {
  readonly gap: Gap;
  readonly wanted: Set<string>;
  readonly parts: Set<string>;
  readonly switchedOff: Set<string>;
  readonly unknown: readonly string[];
}

/** Queries of a page that name a data source which Grafana does not have, such as the placeholder of a dashboard that was exported to share it. */
export function* missingDatasources(
  uses: readonly { readonly use: QueryUse; readonly asked: Asked }[],
  all: readonly Datasource[],
): Iterable<Complaint> {
  const missing = new Map<string, { readonly use: QueryUse; readonly parts: Set<string> }>();
  for (const { use, asked } of uses) {
    if (asked.kind !== 'missing') continue;
    const known = missing.get(asked.uid) ?? { use, parts: new Set() };
    known.parts.add(use.part);
    missing.set(asked.uid, known);
  }
  for (const [uid, { use, parts }] of missing) {
    const uids = all.map((source) => `"${source.uid}"`);
    yield {
      on: use.on,
      message:
        `${use.page}, ${inWords(parts)}: got data source "${uid}", expected ${uids.join(' or ')}, or a variable of the dashboard, because Grafana has no other; ` +
        `write ${uids[0]}`,
    };
  }
}

function shortened(all: readonly string[]): readonly string[] {
  return all.length <= MOST ? all : [...all.slice(0, MOST - 1), `${all.length - MOST + 1} more`];
}

function inWords(things: Iterable<string>): string {
  const all = [...things];
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
