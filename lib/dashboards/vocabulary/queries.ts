/**
 * How often a counter went up within `over`, for each of its series that is new or was there before. A counter that appears with its first
 * event begins at 1: `increase` alone would miss that event.
 *
 * @param counter selector of the counter
 */
export const newEvents = (counter: string, over: string): string =>
  `(increase(${counter}[${over}]) and (${counter} offset ${over})) or ${counter}`;

/**
 * A selector with ` offset …` or ` @ …` behind it. In brackets, so that behind an operator it still belongs to the selector for every reader.
 * At a fixed moment it is the last value of the five minutes before, as Prometheus has it: VictoriaMetrics looks back a single step, in
 * which a late scrape would be missed.
 */
export function shifted(selector: string, modifier: string): string {
  if (modifier === '') return selector;
  return modifier.startsWith(' @') ? `last_over_time(${selector}[5m]${modifier})` : `(${selector}${modifier})`;
}

/** Moments in the past, evenly spread: `times` of them, `every` so many hours. */
export interface Sampling {
  readonly everyHours: number;
  readonly times: number;
}

/**
 * The values that one number had at moments in the past, a series each, told apart by the label `sample`: for means over days and weeks,
 * which would otherwise read every sample of every GPU. Moments without data give no series.
 *
 * @param query one number without labels, of selectors with the given offset
 */
export function sampled({ everyHours, times }: Sampling, query: (offset: string) => string): string {
  const at = (index: number) => (index === 0 ? '' : ` offset ${index * everyHours}h`);
  return Array.from({ length: times }, (_, index) => `label_replace(${query(at(index))}, "sample", "${index}", "", "")`).join(' or ');
}

/**
 * The series of a query that are largest at the end of the range, over the whole range. Plain `topk` chooses anew at each point, so that
 * lines come and go, and there are more of them than asked for.
 *
 * @param labels that tell the series apart
 * @param query of selectors with the given modifier
 */
export const largest = (count: number, labels: string, query: (at: string) => string): string =>
  `${query('')} and on (${labels}) topk(${count}, ${query(' @ end()')})`;

/** The same for the smallest. */
export const smallest = (count: number, labels: string, query: (at: string) => string): string =>
  `${query('')} and on (${labels}) bottomk(${count}, ${query(' @ end()')})`;
