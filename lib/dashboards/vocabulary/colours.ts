/** Colours by what they mean; Grafana adapts them to its theme. */
export enum Colour {
  /** As it should be. */
  GOOD = 'green',
  /** Look at it today. */
  WARN = 'orange',
  /** Look at it now. */
  BAD = 'red',
  /** Says nothing about good or bad. */
  NEUTRAL = 'blue',
  /** Nothing runs, or nothing is known. */
  QUIET = 'gray',
  /** Somebody did it on purpose, such as maintenance. */
  PLANNED = 'purple',
}

/** Colours of the states of nodes and jobs, the same on every panel. */
export const STATE_COLOURS: { readonly [state: string]: Colour } = {
  // nodes, as the panels name them
  busy: Colour.NEUTRAL,
  idle: Colour.GOOD,
  down: Colour.BAD,
  drained: Colour.WARN,
  draining: Colour.WARN,
  maintenance: Colour.PLANNED,
  unknown: Colour.QUIET,
  // jobs, as SLURM names them
  PENDING: Colour.QUIET,
  RUNNING: Colour.NEUTRAL,
  COMPLETED: Colour.GOOD,
  CANCELLED: Colour.PLANNED,
  FAILED: Colour.BAD,
  TIMEOUT: Colour.WARN,
  NODE_FAIL: Colour.BAD,
  OUT_OF_MEMORY: Colour.BAD,
};
