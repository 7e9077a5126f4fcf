import type { Tree } from '../checks';
import { type DashboardFile, dashboardFiles, readDashboard } from '../checks/queries/dashboards';
import { queriesOf } from '../checks/queries/panels';
import type { QueryUse } from '../checks/queries/uses';
import { passes, QuerySyntaxError, readQuery, readVariableQuery, type Selector } from '../promql';
import type { Arrival } from '../scrape/schema';

/** A part of a dashboard that asks for series. */
export interface Place {
  /** Title of the dashboard. */
  readonly dashboard: string;
  /** Title of the panel, or `variable node`, or `annotation "Restarts"`. */
  readonly part: string;
}

/** How a place is written: `Cluster health: GPUs`. */
export function placeText({ dashboard, part }: Place): string {
  return `${dashboard}: ${part}`;
}

/** The place of a query. */
export function placeOf({ title }: DashboardFile, { part }: QueryUse): Place {
  return { dashboard: title, part: part.replace(/^panel "(.*)"$/s, '$1') };
}

/** The dashboards of a tree, whoever added them; what is none is the query contract's to tell. */
export function dashboardsOf(tree: Tree): DashboardFile[] {
  return dashboardFiles(tree)
    .map(readDashboard)
    .filter((dashboard) => typeof dashboard !== 'string');
}

/** A selector in a query, and where that is. */
interface Reader {
  readonly place: Place;
  readonly selector: Selector;
}

/** Everything in an app that asks for series. */
export class Readers {
  private readonly byName = new Map<string, Reader[]>();
  /** Those that match names by a pattern. */
  private readonly others: Reader[] = [];

  constructor(tree: Tree) {
    for (const dashboard of dashboardsOf(tree)) {
      for (const use of queriesOf(dashboard)) this.add(placeOf(dashboard, use), use);
    }
  }

  /** Who asks for a metric of a page, each once. */
  of(name: string, { labels }: Arrival): readonly Place[] {
    const isAsked = ({ selector }: Reader) =>
      selector.matchers.every((matcher) => {
        const values = labels.get(matcher.label)?.values;
        return matcher.variables.length > 0 || values === undefined || values.some((value) => passes(matcher, value));
      });
    return placesOf(this.asking(name).filter(isAsked));
  }

  /** Whoever asks for a name, known or not. */
  ofName(name: string): readonly Place[] {
    return placesOf(this.byName.get(name) ?? []);
  }

  /** Who asks for series of a name, whatever their labels, be it by a pattern that names pass. */
  named(name: string): readonly Place[] {
    return placesOf(this.asking(name));
  }

  private asking(name: string): readonly Reader[] {
    return [
      ...(this.byName.get(name) ?? []),
      ...this.others.filter(({ selector }) => selector.nameMatchers.every((one) => passes(one, name))),
    ];
  }

  private add(place: Place, use: QueryUse): void {
    for (const selector of selectorsOf(use)) {
      if (selector.name === undefined) this.others.push({ place, selector });
      else this.byName.set(selector.name, [...(this.byName.get(selector.name) ?? []), { place, selector }]);
    }
  }
}

function placesOf(readers: readonly Reader[]): Place[] {
  return [...new Map(readers.map(({ place }) => [placeText(place), place])).values()];
}

function selectorsOf({ text, variables, isVariable }: QueryUse): readonly Selector[] {
  try {
    const query = isVariable ? readVariableQuery(text, variables).query : readQuery(text, variables);
    return query?.selectors.map(({ selector }) => selector) ?? [];
  } catch (error) {
    // a query that nobody can read asks for nothing; the query contract tells
    if (error instanceof QuerySyntaxError) return [];
    throw error;
  }
}
