import { App } from 'cdk8s';
import { pagesOf } from '../../bench/queries/measure';
import { Needs } from '../../bench/queries/needs';
import { makeWorld } from '../../bench/queries/world';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { DASHBOARDS } from '../../lib/dashboards';
import { SeriesSchema } from '../../lib/scrape/schema';

export const HOUR = 3600;

/** What is in the store of the default pipeline. */
export const schema = new SeriesSchema(new MetricsPipeline(new App(), 'pipeline', { cluster: 'bench' }).collector.scrapedTargets, {
  externalLabels: { cluster: { values: ['bench'] } },
});

export const needs = new Needs(pagesOf(DASHBOARDS));

/** A cluster that is small, yet has all kinds of nodes, jobs and pods. */
export const world = makeWorld({ gpuNodes: 4, lengthS: HOUR, cpus: 4 });
