import { Colour, STATE_COLOURS, type State } from '../vocabulary';
import { worker } from './selectors';

const state = (value: number, text: string, colour = STATE_COLOURS[text] ?? Colour.QUIET): State => ({ value, text, colour });

const IDLE = state(0, 'idle');
const BUSY = state(1, 'busy');
const OFF = state(2, 'powered off');
const MAINTENANCE = state(3, 'maintenance');
const DRAINING = state(4, 'draining');
const DRAINED = state(5, 'drained');
const DOWN = state(6, 'down');
const UNKNOWN = state(7, 'unknown');

/** What the numbers of {@link NODE_STATE} mean. */
export const NODE_STATES: readonly State[] = [IDLE, BUSY, OFF, MAINTENANCE, DRAINING, DRAINED, DOWN, UNKNOWN];

/** Which labels make which state. The first that fits holds: at a change of labels the old series lives on for minutes beside the new one. */
const RULES: readonly (readonly [State, string])[] = [
  [DOWN, 'state_base=~"DOWN|ERROR"'],
  [DOWN, 'state_is_not_responding="true"'],
  [DOWN, 'state_is_fail="true"'],
  [DOWN, 'state_is_invalid="true"'],
  [MAINTENANCE, 'state_is_maintenance="true"'],
  [DRAINING, 'state_is_drain="true", state_base=~"ALLOCATED|MIXED"'],
  [DRAINED, 'state_is_drain="true"'],
  [OFF, 'state_is_powered_down="true"'],
  [BUSY, 'state_base=~"ALLOCATED|MIXED"'],
  [IDLE, 'state_base="IDLE"'],
];

/** State of the worker as one number, without labels; no number where SLURM does not know the worker. */
export const NODE_STATE: string = [
  ...RULES.map(([{ value }, matchers]) => `max(${worker('slurm_node_info', matchers)}) * ${value}`),
  `max(${worker('slurm_node_info')}) * ${UNKNOWN.value}`,
].join(' or ');
