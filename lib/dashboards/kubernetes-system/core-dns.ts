import { MetricUnit } from '../../common/metric-family';
import { ANY_IS_BAD, ANY_IS_WORTH_A_LOOK, coreDns, DisplayUnit, highIsBad, type Row, sized, stat, timeseries } from '../vocabulary';
import { orZero } from '../zero';
import { answering } from './answering';

const WINDOW = '$__rate_interval';
const UP = coreDns('up');

const rate = (metric: string, window: string, ...matchers: string[]): string => `rate(${coreDns(metric, ...matchers)}[${window}])`;
const p99 = (by: string, metric: string, window: string): string => `histogram_quantile(0.99, sum by (${by}) (${rate(metric, window)}))`;
const ANSWER_TIME = 'coredns_dns_request_duration_seconds_bucket';
const UPSTREAM_TIME = 'coredns_proxy_request_duration_seconds_bucket';
/** A zero that stands for no hit only where the cache is asked at all. */
const CACHE_HITS = `(sum(${rate('coredns_cache_hits_total', '5m')}) or 0 * sum(${rate('coredns_cache_requests_total', '5m')})) / sum(${rate('coredns_cache_requests_total', '5m')})`;

/** A name of the cluster takes well below a millisecond; resolvers ask again after five seconds. */
const ANSWER_LIMITS = highIsBad(0.1, 1);
const NO_UPSTREAM = 'it asks no other server';

/** The name server of the cluster. */
export const nameServers = (): Row => ({
  title: 'CoreDNS',
  panels: [
    sized(
      4,
      4,
      answering(
        'Name servers',
        'Pods of CoreDNS that answer the agent, and those that do not. All down: nothing in the cluster finds anything by name.',
        UP,
      ),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Questions that failed',
        description:
          'Share of questions in the last five minutes that CoreDNS could not answer (SERVFAIL). Red: the servers that it asks itself, see below.',
        unit: MetricUnit.RATIO,
        decimals: 1,
        queries: [
          {
            expr: `(${orZero(`sum(${rate('coredns_dns_responses_total', '5m', 'rcode="SERVFAIL"')})`, UP)}) / sum(${rate('coredns_dns_responses_total', '5m')})`,
          },
        ],
        // programs ask again, so that one in a hundred is slow starts and one in twenty is failed ones
        thresholds: highIsBad(0.01, 0.05),
        filled: true,
        noValue: 'nobody asks',
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Slow answers',
        description:
          'Time within which 99 of 100 questions of the last five minutes were answered. Red: slow upstream servers, or too little CPU.',
        unit: MetricUnit.SECONDS,
        decimals: 3,
        queries: [{ expr: p99('le', ANSWER_TIME, '5m') }],
        thresholds: ANSWER_LIMITS,
        filled: true,
        noValue: 'nobody asks',
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Answered from the cache',
        description:
          'Share of questions of the last five minutes that its cache answered. Names of the cluster are often not cached on purpose.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [{ expr: CACHE_HITS }],
        sparkline: true,
        noValue: 'no cache in its configuration',
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Without any upstream server',
        description: 'Questions of the last hour for which every server to pass them on to was out of order. Red: look at those servers.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [{ expr: `sum(increase(${coreDns('coredns_forward_healthcheck_broken_total')}[1h]))` }],
        thresholds: ANY_IS_BAD,
        filled: true,
        noValue: NO_UPSTREAM,
      }),
    ),
    sized(
      4,
      4,
      stat({
        title: 'Crashes in the last day',
        description:
          'Questions over which CoreDNS crashed, and changes of its configuration that it could not take. Its log has the reason.',
        unit: MetricUnit.COUNT,
        decimals: 0,
        queries: [
          { expr: `sum(increase(${coreDns('coredns_panics_total')}[1d]))`, legend: 'crashes' },
          { expr: `sum(increase(${coreDns('coredns_reload_failed_total')}[1d]))`, legend: 'not taken' },
        ],
        thresholds: ANY_IS_WORTH_A_LOOK,
        showBoth: true,
        filled: true,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Questions by type',
        description: 'Questions a second by type of record. A jump of AAAA and A together: a program that asks for every connection anew.',
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        min: 0,
        stacked: true,
        queries: [{ expr: `sum by (type) (${rate('coredns_dns_requests_total', WINDOW)})`, legend: '{{type}}' }],
        noValue: 'nobody asks',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Answers by code',
        description:
          'Answers a second by code. Many NXDOMAIN are usual: short names are tried in every domain of the search list. SERVFAIL is trouble.',
        unit: DisplayUnit.REQUESTS_PER_SECOND,
        min: 0,
        stacked: true,
        queries: [{ expr: `sum by (rcode) (${rate('coredns_dns_responses_total', WINDOW)})`, legend: '{{rcode}}' }],
        noValue: 'nobody asks',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time of answers',
        description: 'Time within which 99 of 100 questions and half of them were answered. Only the former is slow: upstream servers.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [
          { expr: p99('le', ANSWER_TIME, WINDOW), legend: '99 of 100' },
          { expr: `histogram_quantile(0.5, sum by (le) (${rate(ANSWER_TIME, WINDOW)}))`, legend: 'half' },
        ],
        thresholds: ANSWER_LIMITS,
        showThresholds: true,
        noValue: 'nobody asks',
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time of upstream servers',
        description: 'Time within which each server that CoreDNS asks answered 99 of 100 questions. One that is slow slows all.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [{ expr: p99('le, to', UPSTREAM_TIME, WINDOW), legend: '{{to}}' }],
        thresholds: ANSWER_LIMITS,
        showThresholds: true,
        noValue: NO_UPSTREAM,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Failures of upstream servers',
        description:
          'Failed tests of upstream servers a second, and questions refused because too many were being passed on. Take the failing server out.',
        unit: DisplayUnit.PER_SECOND,
        min: 0,
        queries: [
          { expr: `sum by (to) (${rate('coredns_proxy_healthcheck_failures_total', WINDOW)})`, legend: '{{to}}' },
          { expr: `sum(${rate('coredns_forward_max_concurrent_rejects_total', WINDOW)})`, legend: 'refused' },
        ],
        noValue: NO_UPSTREAM,
      }),
    ),
    sized(
      8,
      8,
      timeseries({
        title: 'Time until names are right',
        description:
          'Time within which 99 of 100 changes of the pods of headless Services could be asked for. Jobs whose workers have just moved wait for it.',
        unit: MetricUnit.SECONDS,
        min: 0,
        queries: [{ expr: p99('le', 'coredns_kubernetes_dns_programming_duration_seconds_bucket', WINDOW), legend: '99 of 100' }],
        // Kubernetes promises a second for a Service with few pods, ten for many
        thresholds: highIsBad(1, 10),
        showThresholds: true,
        noValue: 'no headless Service has changed',
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'Memory of CoreDNS',
        description: 'Memory of the largest pod. It grows with pods and Services, and with questions that wait for upstream servers.',
        unit: MetricUnit.BYTES,
        min: 0,
        queries: [{ expr: `max(${coreDns('process_resident_memory_bytes')})`, legend: 'largest' }],
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'CPU of CoreDNS',
        description: 'CPU of the busiest pod. It answers on one core what it can: more pods share the questions.',
        unit: MetricUnit.CORES,
        min: 0,
        queries: [{ expr: `max(${rate('process_cpu_seconds_total', WINDOW)})`, legend: 'busiest' }],
      }),
    ),
  ],
});
