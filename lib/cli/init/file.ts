import type { Facts } from './facts';
import type { Plan } from './plan';
import { type Entry, fillIn, wrapped } from './template';

/** First line of a cluster file: what editors check it with. */
const MODELINE = /^# yaml-language-server: .*$/m;

/**
 * The text of a cluster file: every option of the template, those in force that were decided, and at each what was seen and what is open.
 *
 * @param template a cluster file with all options, as `pipeline.yaml`
 */
export function clusterFile(template: string, facts: Facts, plan: Plan): string {
  const [head = '', ...body] = template.split(/\n\n/);
  return [header(head, facts, plan), fillIn(body.join('\n\n'), entriesOf(plan))].join('\n\n');
}

function entriesOf({ decisions, remarks, doubts }: Plan): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const add = (option: string, comment: string, value?: unknown) => {
    const { comments = [], value: former } = entries.get(option) ?? {};
    entries.set(option, { value: value ?? former, comments: comments.includes(comment) ? comments : [...comments, comment] });
  };
  for (const { option, value, why, written } of decisions) add(option, `seen: ${why}`, written ? value : undefined);
  for (const { option, text } of remarks) add(option, `seen: ${text}`);
  for (const { option, text } of doubts) add(option, `open: ${text}`);
  return entries;
}

/** What the file is, in place of what the template says of itself; how values are written stays. */
function header(former: string, { data: { context, kubernetes, unread } }: Facts, { doubts }: Plan): string {
  const modeline = MODELINE.exec(former)?.[0] ?? '';
  const values = former.split('\n#\n').at(-1) ?? '';
  const version = kubernetes === undefined ? '' : `, Kubernetes ${kubernetes}`;
  const notRead = Object.keys(unread);
  const open = doubts.length + notRead.length;
  return [
    modeline,
    '#',
    ...wrapped(
      `The metrics pipeline of one SLURM cluster on Kubernetes, written by \`soperator-metrics init\` of what is there in the cluster of context ${context.name}${version}. ` +
        'The first line names the schema that editors check it with; `soperator-metrics schema > pipeline.schema.json` writes it.',
    ).map(flush),
    '#',
    '#   # seen: …     what was found there',
    `#   # open: …     what only you know${open > 0 ? `: ${open} of them here` : '; there is none here'}`,
    '#   key: value    decided',
    '#   #key: value   not decided: what counts without it is this default, or is told behind it. To set it, take away the # of the line',
    '#                 and of those that it stands below. Words have one space behind their #',
    '#',
    ...notRead.flatMap((kind) =>
      wrapped(`open: may not be read: ${kind}. What depends on it follows the defaults. (${unread[kind as keyof typeof unread]})`),
    ),
    ...(notRead.length > 0 ? ['#'] : []),
    values,
  ].join('\n');
}

/** Running text, not a comment that goes on. */
function flush(line: string): string {
  return line.replace(/^# {2,}/, '# ');
}
