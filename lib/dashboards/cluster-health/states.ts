import { MetricUnit } from '../../common/metric-family';
import { ALL_NODES, NODE_STATES, nodesIn, PROBLEMS, stateNumbers } from '../node-states';
import {
  chosen,
  DisplayUnit,
  ofColumn,
  ofLabel,
  type Row,
  sized,
  slurm,
  stat,
  stateTimeline,
  table,
  timeseries,
  toJob,
  toWorker,
  type WorkerMatcher,
  withHost,
} from '../vocabulary';
import { orZero } from '../zero';

const { COUNT } = MetricUnit;

/** Matcher of the chosen nodes. */
const CHOSEN: WorkerMatcher = (label) => chosen('worker', label);

const WHY = ['state_base', 'reason'];

/** Nodes with problems, each with the jobs that were on it within the last hour. */
function problemsWithJobs(): string {
  // at a change of the reason a node can be there twice for a moment, which would break the join
  const problems = `topk by (node_name) (1, ${stateNumbers(PROBLEMS, CHOSEN, ...WHY)})`;
  const jobs = `max by (node_name, job_id) (last_over_time(${slurm('slurm_node_job', CHOSEN('node_name'))}[1h]))`;
  return withHost(`topk(200, ${jobs} * on (node_name) group_left (${WHY.join(', ')}) ${problems} or on (node_name) ${problems})`, CHOSEN);
}

/** Which nodes take jobs, and why others do not. */
export function nodesRow(): Row {
  return {
    title: 'Nodes',
    panels: [
      sized(
        10,
        9,
        timeseries({
          title: 'Nodes by state',
          description:
            'Every node in exactly one state; a node that is down and drained counts as down. Steps of red or orange that stay are nodes that nobody repairs.',
          unit: COUNT,
          stacked: true,
          legendValues: ['lastNotNull'],
          colours: Object.fromEntries(NODE_STATES.map(({ text, colour }) => [text, colour])),
          queries: NODE_STATES.map((state) => ({ expr: orZero(`count(${nodesIn(state)})`, ALL_NODES), legend: state.text })),
        }),
      ),
      sized(
        14,
        9,
        table({
          title: 'Nodes with problems',
          description:
            'Nodes that are down, drained, draining, in maintenance or unknown, with the reason, and the jobs that were on them within the last hour. Jobs that end on the same node again and again point at it.',
          unit: COUNT,
          queries: [{ expr: problemsWithJobs() }],
          columns: [
            { title: 'Node', label: 'node_name', links: [toWorker(ofColumn('Node'))] },
            { title: 'State', query: 0, mappings: PROBLEMS.map(({ value, text, colour }) => ({ value, text, color: colour })) },
            { title: 'SLURM says', label: 'state_base' },
            { title: 'Reason', label: 'reason' },
            { title: 'Job', label: 'job_id', links: [toJob(ofColumn('Job'))] },
            { title: 'Host', label: 'instance' },
          ],
          sortBy: 'State',
        }),
      ),
      sized(
        4,
        10,
        stat({
          title: 'Nodes allocated',
          description: 'Nodes whose resources are all given to jobs, and nodes of which a part is.',
          unit: COUNT,
          showBoth: true,
          queries: [
            { expr: orZero(`count(${slurm('slurm_node_info', 'state_base="ALLOCATED"')})`, ALL_NODES), legend: 'whole' },
            { expr: orZero(`count(${slurm('slurm_node_info', 'state_base="MIXED"')})`, ALL_NODES), legend: 'in part' },
          ],
        }),
      ),
      sized(
        20,
        10,
        stateTimeline({
          title: 'Problems of nodes over time',
          description:
            'Which node had which problem when; the line ends where the node recovered. Choose workers above to see fewer. Many lines that begin at once point at a switch, a rack or an upgrade.',
          unit: DisplayUnit.TEXT,
          states: PROBLEMS,
          links: [toWorker(ofLabel('node_name'))],
          queries: [{ expr: stateNumbers(PROBLEMS, CHOSEN), legend: '{{node_name}}' }],
        }),
      ),
    ],
  };
}
