import type { Sample, VariableSource } from '../../lib/dashboards/asked-queries';

/** One series over time: a point for each step that has a value. */
export interface Series {
  readonly labels: Sample['labels'];
  /** Seconds since 1970, and the value. */
  readonly points: readonly (readonly [number, number])[];
}

/** The time that a page shows, in seconds since 1970. */
export interface Span {
  readonly endS: number;
  readonly rangeS: number;
}

interface Answer<T> {
  readonly status: string;
  readonly error?: string;
  readonly data: T;
}

interface Result<T> {
  readonly result: readonly T[];
}

interface Found {
  readonly metric: Sample['labels'];
}

/** Anything that speaks Prometheus' API. */
export class Store implements VariableSource {
  constructor(
    private readonly url: string,
    readonly span: Span,
  ) {}

  /** An instant query at the end of the span. */
  async query(expr: string): Promise<readonly Sample[]> {
    const { result } = await this.ask<Result<Found & { readonly value: readonly [number, string] }>>('query', {
      query: expr,
      time: this.span.endS,
    });
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** A query over the span. Its steps are whole, as Grafana has them. */
  async range(expr: string, stepS: number): Promise<readonly Series[]> {
    const { endS, rangeS } = this.span;
    const { result } = await this.ask<Result<Found & { readonly values: readonly (readonly [number, string])[] }>>('query_range', {
      query: expr,
      start: Math.ceil((endS - rangeS) / stepS) * stepS,
      end: Math.floor(endS / stepS) * stepS,
      step: stepS,
    });
    return result.map(({ metric, values }) => ({ labels: metric, points: values.map(([time, value]) => [time, Number(value)] as const) }));
  }

  async labelValues(selector: string, label: string): Promise<readonly string[]> {
    const { endS, rangeS } = this.span;
    return this.ask<readonly string[]>(`label/${label}/values`, { 'match[]': selector, start: endS - rangeS, end: endS });
  }

  /** VictoriaMetrics keeps back the newest half minute unless it is told not to; others take no notice. */
  private async ask<T>(path: string, parameters: { readonly [name: string]: string | number }): Promise<T> {
    const all = { latency_offset: '1ms', nocache: 1, ...parameters };
    const body = new URLSearchParams(Object.entries(all).map(([name, value]): [string, string] => [name, String(value)]));
    const address = `${this.url}/api/v1/${path}`;
    // queries are longer than addresses may be; lists of values are asked by GET alone on some stores
    const signal = AbortSignal.timeout(60_000);
    const asked = path.startsWith('query') ? fetch(address, { method: 'POST', body, signal }) : fetch(`${address}?${body}`, { signal });
    const answer = await asked.catch((error: unknown) => {
      throw new Error(`--store: got "${this.url}", expected the URL of a store that answers; write http://127.0.0.1:8429`, {
        cause: error,
      });
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${address}: ${answer.status} ${text.slice(0, 500)}`);
    const { status, error, data }: Answer<T> = JSON.parse(text);
    if (status !== 'success') throw new Error(`${address}: ${error}`);
    return data;
  }
}
