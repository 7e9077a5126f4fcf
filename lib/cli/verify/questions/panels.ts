import { operandsOf, type Query, QuerySyntaxError, readQuery, walk } from '../../../promql';
import { type Facts, type PanelFacts, queryCommand } from '../facts';
import { counted, type Finding, few, grouped, type Note, Severity } from '../finding';
import type { Question } from '../question';
import { knownJobs } from '../required';

/** Panels that show nothing. */
export const panels: Question = {
  name: 'panels',
  proves: 'every panel shows something, or is empty for a reason that is known',
  judge(facts) {
    const all = facts.store?.panels;
    if (all === undefined) return { findings: [] };
    const empty = all.filter(
      ({ queries }) => queries.every(({ series = 0 }) => series === 0) || queries.some(({ error }) => error !== undefined),
    );
    const reasons = empty.map((panel) => ({ panel, ...reasonFor(panel, facts) }));
    const findings = [
      ...grouped(
        reasons.filter(({ isRight }) => !isRight),
        ({ because }) => because,
      ),
    ].map(([because, group]): Finding => {
      const [first] = group;
      const titles = group.map(({ panel }) => titleOf(panel));
      return {
        severity: first?.isFailure ? Severity.ERROR : Severity.WARNING,
        what: `${counted(group.length, 'panel')} ${first?.isFailure ? (group.length === 1 ? 'fails' : 'fail') : group.length === 1 ? 'is empty' : 'are empty'}: ${few(titles, 2)}`,
        cause: because,
        next: first?.isFailure ? 'soperator-metrics check' : queryCommand(facts, first?.panel.queries[0]?.text ?? ''),
        subjects: titles,
      };
    });
    const notes = reasons.filter(({ isRight }) => isRight).map(({ panel, because }): Note => ({ what: titleOf(panel), because }));
    return { findings, notes };
  },
};

function titleOf({ dashboard, panel }: PanelFacts): string {
  return `${dashboard}: ${panel}`;
}

interface Reason {
  readonly because: string;
  readonly isRight: boolean;
  readonly isFailure?: boolean;
}

/** Why a panel is empty, by what it asks for and what of that is there. */
function reasonFor({ queries, variables }: PanelFacts, facts: Facts): Reason {
  const failed = queries.find(({ error }) => error !== undefined);
  if (failed) return { because: `the store refuses the query: ${failed.error}`, isRight: false, isFailure: true };
  const read = queries.flatMap(({ written }) => parsed(written, variables));
  const names = [...new Set(read.flatMap(({ selectors }) => selectors.flatMap(({ selector }) => selector.name ?? [])))];
  const jobs = knownJobs(facts.expected);
  const isThere = (name: string) => facts.store?.jobs.some((job) => job.names.has(name)) === true;
  const absent = names
    .filter((name) => !isThere(name))
    .map((name) => ({ name, known: jobs.flatMap(({ metrics }) => metrics.get(name) ?? []) }));
  const broken = absent.filter(({ known }) => known.some(({ when }) => when === undefined));
  if (broken.length > 0) {
    const scrapes = [...new Set(broken.flatMap(({ known }) => known.flatMap((one) => one.scrapes)))];
    return { because: `what they ask for does not arrive from ${few(scrapes)}`, isRight: false };
  }
  const conditional = absent.flatMap(({ name, known }) => known.map(({ when }) => `${name} needs ${when}`));
  if (conditional.length > 0) return { because: few([...new Set(conditional)], 2), isRight: true };
  const unknown = absent.filter(({ known }) => known.length === 0);
  if (unknown.length > 0)
    return {
      because: `nothing here exposes ${few(
        unknown.map(({ name }) => name),
        2,
      )}`,
      isRight: true,
    };
  if (read.some(isSelective)) return { because: 'what it looks for is there, and nothing of it is as it asks at present', isRight: true };
  return { because: 'everything that it asks for arrives, and its query gives nothing', isRight: false };
}

function parsed(text: string, variables: readonly string[]): Query[] {
  try {
    return [readQuery(text, variables)];
  } catch (error) {
    // of others' dashboards; the query contract tells
    if (error instanceof QuerySyntaxError) return [];
    throw error;
  }
}

const COMPARISONS = ['>', '<', '>=', '<=', '==', '!='];
const TARGETS = ['job', 'cluster', 'endpoint', 'metrics_path'];

/** Whether a query asks for some series of many: by values, by labels that things have or not, or by series of another name. */
function isSelective({ expr, selectors }: Query): boolean {
  const chooses = walk(expr).some((one) => {
    // a quantile of nothing is nothing
    if (one.kind === 'call') return one.name === 'histogram_quantile';
    if (one.kind !== 'binary') return false;
    if (COMPARISONS.includes(one.op)) return !one.bool;
    // numbers have no partner to miss
    return operandsOf(one).every((operand) => walk(operand).some(({ kind }) => kind === 'selector'));
  });
  const filters = selectors.some(
    ({ selector: { name, matchers, offset = 0 } }) =>
      name === undefined || offset !== 0 || matchers.some(({ label }) => !TARGETS.includes(label)),
  );
  return chooses || filters;
}
