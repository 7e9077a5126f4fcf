import { digest } from '../common/digest';
import { kept } from '../common/kept';
import { RelabelRegex } from '../scrape/relabel-regex';

/** Fields of a dashboard that hold queries: of panels and annotations, and of variables. */
const QUERIES = /"(?:expr|query|definition)"\s*:\s*("(?:[^"\\]|\\.)*")/g;
const NAME = /[a-zA-Z_:][\w:]*/g;
/** A condition on the name of a metric, in the one way in which it is no name by itself. */
const NAME_MATCHER = /\b__name__\s*(=~|!~|!=)\s*(["'`])(.*?)\2/g;
/** What a variable lists whose values are names of metrics: those in which the regex is found anywhere. */
const METRICS = /^\s*metrics\((.+)\)\s*$/s;
/** A variable of Grafana: `$name`, `${name:regex}` or `[[name]]`. */
const VARIABLE = /\$\{[^}]*\}|\$\w+|\[\[.*?\]\]/g;

/** The metrics that queries may ask for. */
export interface ReadNames {
  /** Everything in the queries that can be the name of a metric: labels and functions, too. */
  readonly names: ReadonlySet<string>;
  /** Regular expressions over whole names. */
  readonly patterns: readonly string[];
  /** Whether a metric is one of them. */
  reads(metric: string): boolean;
}

/** What may be read, as it is kept. */
type Written = Record<'names' | 'patterns', readonly string[]>;

/** By digest of the dashboard. */
const READ = kept<Written>('names that dashboards read', 200);
/** Answers by dashboard: a program that renders many clusters has each once. */
const KNOWN = new Map<string, ReadNames>();

/** What the queries of a dashboard may ask for. Too much rather than too little: a name that is missed would empty a panel. */
export function readNames(dashboard: string): ReadNames {
  const known = KNOWN.get(dashboard);
  if (known) return known;
  const key = digest(dashboard);
  const written = READ.get(key) ?? found(dashboard);
  READ.set(key, written);
  const { patterns } = written;
  const names = new Set(written.names);
  const made = { names, patterns, reads: reader(names, patterns) };
  KNOWN.set(dashboard, made);
  return made;
}

function found(dashboard: string): Written {
  const names = new Set<string>();
  const patterns = new Set<string>();
  for (const [, literal = '""'] of dashboard.matchAll(QUERIES)) {
    const query = JSON.parse(literal) as string;
    for (const [name] of query.matchAll(NAME)) names.add(name);
    const listed = METRICS.exec(query)?.[1];
    if (listed !== undefined) patterns.add(`.*(?:${listed.replace(VARIABLE, '.*')}).*`);
    if (!query.includes('__name__')) continue;
    // what is excluded tells nothing of what is read
    for (const [, op, quote, text = ''] of query.matchAll(NAME_MATCHER)) {
      // in all strings but raw ones a backslash is written twice
      const pattern = quote === '`' ? text : text.replace(/\\(.)/g, '$1');
      patterns.add(op === '=~' ? pattern.replace(VARIABLE, '.*') : '.*');
    }
  }
  return { names: [...names], patterns: [...patterns] };
}

/** Remembers its answers: every source of every cluster asks for the same names. */
function reader(names: ReadonlySet<string>, patterns: readonly string[]): (metric: string) => boolean {
  const regexes = patterns.filter(isRegex).map((pattern) => RelabelRegex.of(pattern));
  const answers = new Map<string, boolean>();
  return (metric) => {
    const known = answers.get(metric);
    if (known !== undefined) return known;
    const answer = names.has(metric) || regexes.some((regex) => regex.matches(metric));
    answers.set(metric, answer);
    return answer;
  };
}

/** What is none reads nothing, and the query contract says where it stands. */
function isRegex(pattern: string): boolean {
  try {
    RelabelRegex.of(pattern).matches('');
    return true;
  } catch {
    return false;
  }
}
