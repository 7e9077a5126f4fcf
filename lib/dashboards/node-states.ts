import { Colour, STATE_COLOURS, type State, slurm, type WorkerMatcher } from './vocabulary';

/** Marks with which a node takes no jobs, whatever its base state says. */
const BROKEN_MARKS = ['state_is_not_responding', 'state_is_fail', 'state_is_invalid'];
const ANSWERS = [...BROKEN_MARKS.map((mark) => `${mark}!="true"`)];
const AWAKE = [...ANSWERS, 'state_is_maintenance!="true"'];
const TAKES_JOBS = [...AWAKE, 'state_is_drain!="true"', 'state_is_powered_down!="true"'];

/** A state of nodes as people speak of it. Every node is in exactly one. */
export interface NodeState extends State {
  /** Lists of matchers; a node in this state fits one of them at least. */
  readonly selectors: readonly (readonly string[])[];
}

const state = (value: number, text: string, ...selectors: readonly (readonly string[])[]): NodeState => ({
  value,
  text,
  colour: STATE_COLOURS[text] ?? Colour.QUIET,
  selectors,
});

export const IDLE = state(0, 'idle', [...TAKES_JOBS, 'state_base="IDLE"']);
export const BUSY = state(1, 'busy', [...TAKES_JOBS, 'state_base=~"ALLOCATED|MIXED"']);
export const POWERED_OFF = state(2, 'powered off', [
  ...AWAKE,
  'state_is_drain!="true"',
  'state_is_powered_down="true"',
  'state_base!~"DOWN|ERROR"',
]);
export const MAINTENANCE = state(3, 'maintenance', [...ANSWERS, 'state_is_maintenance="true"', 'state_base!~"DOWN|ERROR"']);
export const DRAINING = state(4, 'draining', [...AWAKE, 'state_is_drain="true"', 'state_base=~"ALLOCATED|MIXED"']);
export const DRAINED = state(5, 'drained', [...AWAKE, 'state_is_drain="true"', 'state_base!~"ALLOCATED|MIXED|DOWN|ERROR"']);
// down is down, drained or not: nobody who repairs nodes may overlook one
export const DOWN = state(6, 'down', ['state_base=~"DOWN|ERROR"'], ...BROKEN_MARKS.map((mark) => [`${mark}="true"`]));
// also what the exporter has not understood, which has no base state
export const UNKNOWN = state(7, 'unknown', [...TAKES_JOBS, 'state_base!~"IDLE|ALLOCATED|MIXED|DOWN|ERROR"']);

/** All states, those first that need somebody. */
export const NODE_STATES: readonly NodeState[] = [DOWN, DRAINED, DRAINING, UNKNOWN, MAINTENANCE, POWERED_OFF, IDLE, BUSY];
/** States that somebody should look into. */
export const PROBLEMS: readonly NodeState[] = [DOWN, DRAINED, DRAINING, UNKNOWN, MAINTENANCE];

/** The nodes in any of some states, with all their labels. */
export const nodesIn = (...states: readonly NodeState[]): string =>
  states.flatMap(({ selectors }) => selectors.map((matchers) => slurm('slurm_node_info', ...matchers))).join(' or ');

/**
 * The states of nodes as numbers. Of a node that is seen in several, as for minutes after a change, the first state counts.
 *
 * @param nodes matcher of the nodes that are meant
 * @param labels of the node that stay
 */
export const stateNumbers = (states: readonly NodeState[], nodes: WorkerMatcher, ...labels: readonly string[]): string =>
  states
    .map(({ value, selectors }) => {
      const inState = selectors.map((matchers) => slurm('slurm_node_info', nodes('node_name'), ...matchers));
      return `max by (${['node_name', ...labels].join(', ')}) (${inState.join(' or ')}) * ${value}`;
    })
    .join(' or on (node_name) ');

/** All nodes that SLURM knows: there as long as its exporter is. */
export const ALL_NODES = slurm('slurm_node_info');
