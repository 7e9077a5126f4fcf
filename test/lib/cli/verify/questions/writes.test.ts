import { destinations } from '../../../../../lib/cli/verify/questions/destinations';
import { queue } from '../../../../../lib/cli/verify/questions/queue';
import { expectedFor, lines, looks, NO_KUBE, Well, writes } from '../support';

const well = new Well(expectedFor());
const url = (index: number) => `url="${index}:secret-url"`;
const pending = (index: number, bytes: number) => `vmagent_remotewrite_pending_data_bytes{path="/q/${index}", ${url(index)}} ${bytes}`;
const answered = (index: number, status: number, count: number) =>
  `vmagent_remotewrite_requests_total{${url(index)}, status_code="${status}"} ${count}`;
const failed = (index: number, count: number) => `vmagent_remotewrite_errors_total{${url(index)}} ${count}`;
const retried = (index: number, count: number) => `vmagent_remotewrite_retries_count_total{${url(index)}} ${count}`;
const page = (...parts: readonly string[]) => parts.join('\n');
/** The agent between two pages; the first destination is the store, and takes everything. */
const between = (before: string, after: string) => ({ looks: looks(page(writes(100), before), page(writes(105), after)) });

describe('destinations', () => {
  test('is content when every destination takes something', () => {
    expect(lines(destinations.judge(well.facts()))).toEqual([]);
  });

  test('is content with a destination that has nothing to take at the moment', () => {
    expect(lines(destinations.judge(well.withAgent(between('', ''))))).toEqual([]);
  });

  test.each([
    [
      401,
      'it refuses the token in Secret lake-writer: wrong, expired, or without leave to write; kubectl describe secret -n monitoring-system lake-writer',
    ],
    [403, 'it refuses the token in Secret lake-writer'],
    [404, 'it does not take writes at https://lake.example.com/api/v1/write: the path or the protocol is another one'],
    [429, 'it takes no more for now'],
    [503, 'it fails by itself; the agent keeps what it has and tries again'],
  ])('tells what an answer of %i means', (status, meaning) => {
    const facts = well.withAgent(
      between(page(answered(2, status, 3), pending(2, 1000)), page(answered(2, status, 5), pending(2, 300_000))),
    );
    expect(lines(destinations.judge(facts))).toEqual([
      expect.stringContaining(`error lake: takes nothing, answers ${status}; 293Ki wait: ${meaning}`),
    ]);
  });

  test('sees a refusal between two attempts, when no answer comes for a while', () => {
    const same = page(answered(2, 401, 3), retried(2, 3), pending(2, 2000));
    expect(lines(destinations.judge(well.withAgent(between(same, same))))).toEqual([
      expect.stringContaining('error lake: takes nothing, answers 401'),
    ]);
    // an old refusal means nothing to a destination that takes what comes
    const now = page(writes(105, 105), answered(2, 401, 3), retried(2, 3), pending(2, 2000));
    expect(lines(destinations.judge(well.withAgent({ looks: looks(page(writes(100, 100), same), now) })))).toEqual([]);
  });

  test('tells what may be in the way of one that does not answer', () => {
    const facts = well.withAgent(between(page(failed(2, 1), pending(2, 1)), page(failed(2, 4), pending(2, 1))));
    expect(lines(destinations.judge(facts))).toEqual([
      expect.stringMatching(
        /^error lake: takes nothing, does not answer; 1B wait: its name is not found or nothing listens there, or its certificate is not trusted/,
      ),
    ]);
  });

  test('looks for pods behind one that is in the cluster', () => {
    const facts = well.withAgent({ looks: looks(page(failed(1, 1), pending(1, 1)), page(failed(1, 4), pending(1, 1))) });
    expect(lines(destinations.judge(facts))).toEqual([
      expect.stringContaining(
        'kubectl get endpointslices -n monitoring-system -l kubernetes.io/service-name=vmsingle-metrics-victoria-metrics-k8s-stack',
      ),
    ]);
  });

  test('knows that the store refuses because its volume is full', () => {
    const agent = { looks: looks(page(answered(1, 503, 1), pending(1, 1)), page(answered(1, 503, 4), pending(1, 9))) };
    const facts = well.withAgent(agent, { store: { ...well.store, looks: looks('vm_storage_is_read_only{path="/data"} 1') } });
    expect(lines(destinations.judge(facts))).toEqual([
      expect.stringContaining('store: takes nothing, answers 503; 9B wait: its volume is full'),
    ]);
  });

  test('names a Secret that is not there, whether the destination notices yet or not', () => {
    const kube = { ...NO_KUBE, missingSecrets: ['lake-writer'] };
    expect(lines(destinations.judge(well.facts({ kube })))).toEqual([
      expect.stringMatching(/^error lake: Secret lake-writer is not in monitoring-system: .*; kubectl --context lab create secret generic/),
    ]);
    const stuck = well.withAgent(between(page(failed(2, 1), pending(2, 1)), page(failed(2, 4), pending(2, 1))), { kube });
    expect(lines(destinations.judge(stuck))).toEqual([
      expect.stringContaining(
        'lake: takes nothing, does not answer; 1B wait: Secret lake-writer is not in monitoring-system, so that there is no credential',
      ),
    ]);
  });

  test('tells what was refused for good: an error while it goes on, a warning afterwards', () => {
    const dropped = (count: number) => `vmagent_remotewrite_packets_dropped_total{${url(2)}} ${count}`;
    const facts = (before: number, after: number) =>
      well.withAgent({ looks: looks(page(writes(1, 1), dropped(before)), page(writes(2, 2), dropped(after))) });
    expect(lines(destinations.judge(facts(2, 2)))[0]).toMatch(/^warning lake: refused 2 blocks for good since the agent started:/);
    expect(lines(destinations.judge(facts(2, 5)))[0]).toMatch(
      /^error lake: refused 5 blocks for good since the agent started, and goes on:/,
    );
  });
});

describe('queue', () => {
  const MI = 1024 ** 2;
  const limit = 'flag{name="remoteWrite.maxDiskUsagePerURL", value="104857600,104857600", is_set="true"} 1';
  const waiting = (before: number, after: number, taken = 5) => ({
    looks: looks(page(limit, writes(100, 100), pending(2, before)), page(limit, writes(105, 100 + taken), pending(2, after))),
  });

  test('is content with what is on its way at any moment', () => {
    expect(lines(queue.judge(well.facts()))).toEqual([]);
    expect(lines(queue.judge(well.withAgent(waiting(10_000, 900_000))))).toEqual([]);
  });

  test('warns of one that grows though its destination takes something', () => {
    expect(lines(queue.judge(well.withAgent(waiting(10 * MI, 20 * MI))))).toEqual([
      expect.stringMatching(
        /^warning vmagent-metrics-0: queue of lake grows: 20Mi wait \(20% of its 100Mi\): its destination takes less than is scraped/,
      ),
    ]);
  });

  test('warns of one that is long and gets shorter', () => {
    expect(lines(queue.judge(well.withAgent(waiting(20 * MI, 10 * MI))))).toEqual([
      expect.stringContaining('queue of lake is long: 10Mi wait (10% of its 100Mi)'),
    ]);
  });

  test('leaves it to the destinations to tell that one takes nothing, until the queue is nearly full', () => {
    const stuck = (mebibytes: number) => {
      const before = page(limit, writes(100), failed(2, 1), pending(2, mebibytes * MI));
      return well.withAgent({ looks: looks(before, page(limit, writes(105), failed(2, 3), pending(2, (mebibytes + 1) * MI))) });
    };
    expect(lines(queue.judge(stuck(20)))).toEqual([]);
    expect(lines(queue.judge(stuck(85)))).toEqual([
      expect.stringMatching(/^error .*queue of lake is nearly full: 86Mi wait \(86% of its 100Mi\): its destination takes nothing/),
    ]);
  });

  test('tells that one is full and loses samples', () => {
    const lost = (count: number) => `vmagent_remotewrite_samples_dropped_total{path="/q/2",${url(2)}} ${count}`;
    const facts = well.withAgent({ looks: looks(page(writes(1, 1), lost(0)), page(writes(2, 1), lost(7))) });
    expect(lines(queue.judge(facts))).toEqual([expect.stringMatching(/^error .*queue of lake is full and loses the oldest samples/)]);
  });
});
