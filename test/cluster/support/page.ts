import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardDefinition, JobAttribution } from '../../../lib/dashboards';
import { choose, filled, lengthsOf, offered, panelsOf, type VariableSource } from '../../../lib/dashboards/asked-queries';
import type { DashboardJson, PlacedPanelJson } from '../../../lib/dashboards/vocabulary/json';

/** What is chosen where a variable can have all values. */
export type Choice = 'all' | 'one';

/** Something on a page that shows nothing. */
export interface Blank {
  /** Title of a panel; `$name` of a variable. */
  readonly what: string;
  readonly choice: Choice;
  /** What was asked for it, as it was asked. */
  readonly queries: readonly string[];
}

/** How much of the past a page shows here: as much as there is. */
export const RANGE_S = 300;

/** What Grafana puts in place of its own variables, on panels of 300 pixels at scrapes of 30 seconds. */
const { values: LENGTHS } = lengthsOf(RANGE_S, 300, 30);

/** A dashboard as its viewer meets it; all that is asked, and nothing of how it looks. */
export class Page {
  private readonly page: DashboardJson;
  private readonly variables: readonly VariableModel[];
  private readonly panels: readonly PlacedPanelJson[];

  constructor(
    definition: DashboardDefinition,
    jobAttribution: JobAttribution,
    private readonly source: VariableSource,
    /** Values to choose where one is, by variable. */
    private readonly preferred: ReadonlyMap<string, string> = new Map(),
  ) {
    this.page = definition.build({ jobAttribution });
    this.variables = (this.page.templating.list ?? []).filter(({ type }) => type === 'query');
    this.panels = panelsOf(this.page).filter(({ targets = [] }) => targets.length > 0);
  }

  /** Panels and variables that ask something: titles, and `$name`. */
  get asking(): readonly string[] {
    return [...this.variables.map(({ name }) => `$${name}`), ...this.panels.map(({ title = '' }) => title)];
  }

  /**
   * What shows nothing.
   *
   * @param only titles and `$name` of what is looked at. @default - everything
   */
  async blanks(choice: Choice, only?: ReadonlySet<string>): Promise<Blank[]> {
    const isMeant = (what: string) => only === undefined || only.has(what);
    const oneOfMany = choice === 'one';
    const values = await choose(this.page, this.source, { lengths: LENGTHS, oneOfMany, ...(oneOfMany && { given: this.preferred }) });
    const blanks: Blank[] = [];
    for (const variable of this.variables) {
      const what = `$${variable.name}`;
      if (!isMeant(what) || (await offered(variable, this.source, LENGTHS, values)).length > 0) continue;
      blanks.push({ what, choice, queries: [filled(String(variable.query), LENGTHS, values)] });
    }
    for (const { title = '', targets = [] } of this.panels) {
      if (!isMeant(title)) continue;
      const queries = targets.map(({ expr }) => filled(expr, LENGTHS, values));
      let series = 0;
      for (const query of queries) series += (await this.source.query(query)).length;
      if (series === 0) blanks.push({ what: title, choice, queries });
    }
    return blanks;
  }
}
