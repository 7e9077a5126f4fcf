/** The cluster file that is meant where none is named. */
export const DEFAULT_FROM = 'pipeline.yaml';
