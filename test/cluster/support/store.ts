import type { Cluster } from './cluster';
import type { Strings } from './objects';
import { MONITORING } from './pipeline';

/** One series of an answer with its value. */
export interface Sample {
  readonly labels: Strings;
  readonly value: number;
}

interface QueryAnswer {
  readonly data: { readonly result: readonly { readonly metric: Strings; readonly value: readonly [number, string] }[] };
}

/** Asks the store. What was scraped a moment ago counts: without `latency_offset` it would keep back the last half minute. */
export async function query(cluster: Cluster, expression: string): Promise<Sample[]> {
  const path = `/api/v1/query?latency_offset=1ms&nocache=1&query=${encodeURIComponent(expression)}`;
  const answer: QueryAnswer = JSON.parse(await cluster.fetch(MONITORING, 'svc/vmsingle-metrics-victoria-metrics-k8s-stack', 8429, path));
  return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}
