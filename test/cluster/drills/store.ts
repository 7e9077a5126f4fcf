import type { Strings } from '../support/objects';
import type { Stored } from './figures';

interface QueryAnswer {
  readonly data: { readonly result: readonly { readonly metric: Strings; readonly value: readonly [number, string] }[] };
}

interface ExportedSeries {
  readonly values: readonly (number | null)[];
  readonly timestamps: readonly number[];
}

/** A destination that can be read. */
export class Destination {
  private behindMost = 0;
  private watching?: NodeJS.Timeout;

  /**
   * @param name what tables call it
   * @param series the exporter's series
   * @param get GETs a path of its VictoriaMetrics
   */
  constructor(
    readonly name: 'store' | 'cloud',
    private readonly series: string,
    private readonly get: (path: string) => Promise<string>,
  ) {}

  /** Everything that it holds of the exporter: raw samples, also those of a moment ago. */
  async stored(): Promise<Stored> {
    await this.get('/internal/force_flush');
    const text = await this.get(`/api/v1/export?match[]=${encodeURIComponent(this.series)}&reduce_mem_usage=1`);
    const stored = new Map<number, number[]>();
    for (const line of text.split('\n').filter((one) => one !== '')) {
      const { values, timestamps }: ExportedSeries = JSON.parse(line);
      values.forEach((value, index) => {
        // a series that ends does so with a value that is no number
        if (value !== null) stored.set(value, [...(stored.get(value) ?? []), timestamps[index] ?? 0]);
      });
    }
    return stored;
  }

  /** The largest number that it holds, also if it came a moment ago. */
  async newest(): Promise<number> {
    return Math.max(0, ...(await this.stored()).keys());
  }

  /** The largest number that it shows; 0 without any. */
  async last(): Promise<number> {
    return (await this.query(`max(max_over_time(${this.series}[1d]))`)) ?? 0;
  }

  /** Seconds since the newest sample that it shows, by its own clock. */
  async behind(): Promise<number | undefined> {
    return await this.query(`time() - max(tlast_over_time(${this.series}[1d]))`);
  }

  /** Notes from now on how far it falls behind. */
  watch(): void {
    this.behindMost = 0;
    const look = async () => {
      // what cannot be asked for a moment is seen to be behind at the next look
      const seconds = await this.behind().catch(() => undefined);
      this.behindMost = Math.max(this.behindMost, seconds ?? 0);
      if (this.watching) this.watching = setTimeout(look, 1000);
    };
    this.watching = setTimeout(look, 0);
  }

  /** How far it fell behind at most since {@link watch}, in seconds. */
  watched(): number {
    clearTimeout(this.watching);
    this.watching = undefined;
    return this.behindMost;
  }

  private async query(expression: string): Promise<number | undefined> {
    const answer: QueryAnswer = JSON.parse(
      await this.get(`/api/v1/query?latency_offset=1ms&nocache=1&query=${encodeURIComponent(expression)}`),
    );
    const value = answer.data.result[0]?.value[1];
    return value === undefined ? undefined : Number(value);
  }
}
