import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sample, VariableSource } from '../../lib/dashboards/asked-queries';

/** What one query took. */
export interface Cost {
  readonly seconds: number;
  /** Samples that functions looked at, as the store's trace has it: each once, and again for each point that it takes part in. */
  readonly scanned: number;
  /** Samples in the blocks that were read and unpacked; a block also has what lies before and after the range. */
  readonly read: number;
  /** Series of the answer. */
  readonly series: number;
  /** Why there is no answer. */
  readonly error?: string;
}

interface Result {
  readonly status: string;
  readonly error?: string;
  readonly trace?: Trace;
  readonly data?: {
    readonly result: readonly { readonly metric: { readonly [label: string]: string }; readonly value?: readonly [number, string] }[];
  };
}

/** What a store says of how it found an answer. */
interface Trace {
  readonly message: string;
  readonly children?: readonly Trace[];
}

/** A VictoriaMetrics. */
export class Store implements VariableSource {
  /**
   * @param url where it answers
   * @param startS,endS the time that is asked about, seconds since 1970
   */
  constructor(
    private readonly url: string,
    private readonly startS: number,
    private readonly endS: number,
  ) {}

  /**
   * Sends lines of the JSON import; gives way while the store is slower. Waits until all of it can be found and no large merge is under way.
   *
   * @param samples how many samples that were, once the lines are sent
   * @throws Error when the store took more or fewer: it passes over lines that it cannot read
   */
  async import(lines: Iterable<Buffer>, samples: () => number): Promise<void> {
    const before = await this.metric('vm_rows_inserted_total{type="vmimport"}');
    await this.send(lines);
    await this.text('/internal/force_flush');
    let taken = 0;
    // the page of metrics is some seconds old
    for (let attempt = 0; attempt < 20; attempt++) {
      taken = (await this.metric('vm_rows_inserted_total{type="vmimport"}')) - before;
      if (taken === samples()) return this.settle();
      await pause(1000);
    }
    throw new Error(`the store took ${taken} of ${samples()} samples; its log says why`);
  }

  private async send(lines: Iterable<Buffer>): Promise<void> {
    const sending = request(`${this.url}/api/v1/import`, { method: 'POST' });
    const answered = once(sending, 'response');
    // without this a store that goes away would end the process before the error is told
    answered.catch(() => undefined);
    for (const line of lines) if (!sending.write(line)) await Promise.race([once(sending, 'drain'), answered]);
    sending.end();
    const [response] = await answered;
    response.resume();
    if (response.statusCode >= 300) throw new Error(`the store answered the import with ${response.statusCode}`);
  }

  private async settle(): Promise<void> {
    for (let attempt = 0; attempt < 120; attempt++) {
      if ((await this.metric('vm_active_merges')) === 0) return;
      await pause(1000);
    }
  }

  async labelValues(selector: string, label: string): Promise<readonly string[]> {
    const path = `/api/v1/label/${label}/values?match[]=${encodeURIComponent(selector)}&start=${this.startS}&end=${this.endS}`;
    return (JSON.parse(await this.text(path)) as { data: string[] }).data;
  }

  async query(expr: string): Promise<readonly Sample[]> {
    const { data, error } = JSON.parse(await this.text('/api/v1/query', { query: expr, time: `${this.endS}` })) as Result;
    if (data === undefined) throw new Error(`${error}: ${expr}`);
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
  }

  /** What a query takes at the end of the time that is asked about. */
  instantCost(expr: string): Promise<Cost> {
    return this.cost('/api/v1/query', { query: expr, time: `${this.endS}` });
  }

  /** What a query takes over a range that ends where the time ends that is asked about. */
  rangeCost(expr: string, rangeS: number, stepS: number): Promise<Cost> {
    // Grafana begins and ends at multiples of the step
    const end = Math.floor(this.endS / stepS) * stepS;
    const start = Math.floor((this.endS - rangeS) / stepS) * stepS;
    return this.cost('/api/v1/query_range', { query: expr, start: `${start}`, end: `${end}`, step: `${stepS}s` });
  }

  /** Without the store's cache of results, as when a page is opened for the first time. */
  private async cost(path: string, asked: { readonly [name: string]: string }): Promise<Cost> {
    const began = performance.now();
    const answer = await this.text(path, { ...asked, nocache: '1', trace: '1' });
    const seconds = (performance.now() - began) / 1000;
    const { data, error, trace } = JSON.parse(answer) as Result;
    const told = trace === undefined ? [] : messagesOf(trace);
    return {
      seconds,
      scanned: sumIn(told, /\bsamplesScanned=(\d+)/),
      read: sumIn(told, /^fetch unique series=\d+, blocks=\d+, samples=(\d+)/),
      series: data?.result.length ?? 0,
      ...(data === undefined ? { error: error ?? 'no answer' } : {}),
    };
  }

  private async metric(name: string): Promise<number> {
    return sumOf(await this.text('/metrics'), name);
  }

  private async text(path: string, form?: { readonly [name: string]: string }): Promise<string> {
    const response = await fetch(`${this.url}${path}`, form && { method: 'POST', body: new URLSearchParams(form) });
    return response.text();
  }
}

const messagesOf = ({ message, children = [] }: Trace): readonly string[] => [message, ...children.flatMap(messagesOf)];

/** Sum of a number over the messages that have it. */
const sumIn = (messages: readonly string[], number: RegExp): number =>
  messages.reduce((sum, message) => sum + Number(number.exec(message)?.[1] ?? 0), 0);

/** Sum of all series of a metric on a page of metrics; nothing was counted where it is not there. */
function sumOf(page: string, name: string): number {
  const lines = page.split('\n').filter((line) => [' ', '{'].some((next) => line.startsWith(name + next)));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** A store that was started here. */
export interface Started {
  readonly url: string;
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>;
}

/** Starts VictoriaMetrics on an empty folder, as the pipeline does but for the sizes. */
export async function startStore(binary: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-queries-'));
  const port = await freePort();
  const flags = [
    `-storageDataPath=${join(folder, 'data')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-memory.allowedBytes=3GiB',
    // generated data has times of its own
    '-retentionPeriod=100y',
    '-dedup.minScrapeInterval=15s',
    // what lasts longer is worth a figure, too
    '-search.maxQueryDuration=5m',
    '-search.maxUniqueTimeseries=2000000',
  ];
  const child = spawn(binary, flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const log = join(folder, 'log');
  child.stderr?.pipe(createWriteStream(log));
  const clean = () => rmSync(folder, { recursive: true, force: true });
  const interrupted = () => {
    child.kill('SIGKILL');
    clean();
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const stop = async () => {
    await ended(child);
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    clean();
  };
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) break;
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { url, stop };
    await pause(100);
  }
  await stop();
  throw new Error(`${binary} does not answer on ${url}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
