import type { Colors } from 'picocolors/types';
import type { ToldRule } from './rules';
import { provenanceText, type ToldTarget } from './target';
import { columns, counted, cut, field, wrap } from './text';

const ROLES: { readonly [role: string]: string } = { services: 'Services', pods: 'pods', nodes: 'nodes' };

/** What is told of a scrape, for people. */
export function targetText(target: ToldTarget, { bold }: Colors): string {
  const { scrape, job, source, interval, timeout, scheme, auth, rights, honorLabels, estimate, limits, destinations, sums } = target;
  return [
    `${bold(scrape)}  scrape of job ${job}, ${source === undefined ? 'a source of your own' : `from ${source}`}`,
    '',
    ...field('finds', discoveryText(target)),
    ...field('reads', `${scheme}, every ${interval}, given up after ${timeout}`),
    ...(auth.length === 0 ? [] : field('auth', auth.join('; '))),
    ...(honorLabels ? field('labels', 'of series win over those of the target (honorLabels)') : []),
    ...field('brings', estimateText(estimate)),
    ...field('limits', limitText(limits)),
    ...field('goes to', destinations.length === 0 ? 'nobody' : destinations.map(({ name, url }) => `${name} (${url})`).join(', ')),
    '',
    '  pages',
    ...columns(
      target.endpoints.map((endpoint) => [[endpoint.port, endpoint.path].filter(Boolean).join(' '), pageText(endpoint)] as const),
      4,
    ),
    ...section(
      'rights of the agent',
      rights.map(({ right, namespace, why }) => [namespace === undefined ? right : `${right} in ${namespace}`, why] as const),
    ),
    ...section('rules over targets', rulesOf(target.targetRules)),
    ...section('rules over samples', rulesOf(target.sampleRules)),
    ...section(
      'sums made by the agent',
      sums.map(({ as, metric, without, why }) => [as, `${metric} over ${without.join(', ')}: ${why}`] as const),
    ),
    '',
    ...wrap(
      `Its metrics: soperator-metrics explain ${scrape} --unread lists those that nobody reads, --dropped those that are not stored.`,
      2,
    ).map((line) => `  ${line}`),
  ].join('\n');
}

function discoveryText({ discovery: { role, namespaces, matchLabels, provenance } }: ToldTarget): string {
  const labels = Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`);
  const which = labels.length === 0 ? `all ${ROLES[role] ?? role}` : `${ROLES[role] ?? role} with ${labels.join(', ')}`;
  const where = namespaces.length === 0 ? '' : ` in ${namespaces.join(', ')}`;
  return `${which}${where}${role === 'nodes' ? '' : `; ${provenanceText(provenance)}`}`;
}

function estimateText({ series, exposed, nodes }: ToldTarget['estimate']): string {
  const of = exposed > series ? ` of ${exposed.toLocaleString('en-US')} that are exposed` : '';
  return `about ${series.toLocaleString('en-US')} series${of}, at the scale of ${counted(nodes, 'node')}`;
}

function limitText({ samples, series, size }: ToldTarget['limits']): string {
  const parts = [
    samples === undefined ? undefined : `${counted(samples, 'sample')} a scrape`,
    series === undefined ? undefined : `${series.toLocaleString('en-US')} series a target`,
    `${size ?? 'the agent’s limit of bytes'} a page`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function pageText({ catalog, metrics }: ToldTarget['endpoints'][number]): string {
  if (catalog === 'unknown') return 'has no catalog: whatever it exposes is taken, and not checked';
  const stored = metrics.filter((metric) => metric.stored);
  const read = stored.filter(({ readBy }) => readBy > 0);
  return `${counted(metrics.length, 'metric')}${catalog === 'partly' ? ' known of more' : ''}, ${stored.length} stored, ${read.length} of them read by dashboards`;
}

function rulesOf(rules: readonly ToldRule[]): (readonly [string, string])[] {
  return rules.map(({ does, why }) => [cut(does, 44), why] as const);
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  return rows.length === 0 ? [] : ['', `  ${title}`, ...columns(rows, 4, 58)];
}
