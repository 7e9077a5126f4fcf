import type { IConstruct } from 'constructs';
import { Tree } from '../checks';
import { externalLabels } from '../checks/queries/external-labels';
import { type ICollector, isCollector } from '../scrape/collector';
import type { Destination } from '../scrape/destination';
import { type Arrival, SeriesSchema } from '../scrape/schema';
import type { ScrapeTarget } from '../scrape/scrape-target';

/** Series of one name and one page, and what becomes of them on the way to each destination. */
export interface Journey {
  /** Name of the series. */
  readonly name: string;
  /** Who scrapes them. */
  readonly collector: ICollector;
  /** As they arrive at the first destination that has the name, or would. */
  readonly arrival: Arrival;
  /** One for each destination of the collector. */
  readonly ends: readonly JourneyEnd[];
}

/** Where series end. */
export interface JourneyEnd {
  readonly destination: Destination;
  /** As they arrive there, or would. @default - they have another name there */
  readonly arrival?: Arrival;
}

interface Way {
  readonly collector: ICollector;
  readonly schemas: readonly SeriesSchema[];
}

/** Everything that is known to be scraped in an app, followed from the page to each destination. */
export class Journeys {
  private readonly ways: readonly Way[];
  private everything?: readonly Journey[];

  /** @param root the app, or the chart that is asked about */
  constructor(root: IConstruct, tree: Tree = Tree.of(root)) {
    this.ways = root.node
      .findAll()
      .filter(isCollector)
      .map((collector) => {
        const labels = externalLabels(tree, collector, false);
        const schema = (destinationRules: Destination['relabelConfigs']) =>
          new SeriesSchema(collector.scrapedTargets, { externalLabels: labels, destinationRules });
        const { destinations } = collector;
        // what nobody is sent is scraped all the same
        return { collector, schemas: destinations.length === 0 ? [schema([])] : destinations.map((each) => schema(each.relabelConfigs)) };
      });
  }

  /** Names of everything, what rules drop included; those that a destination gives among them. */
  get names(): readonly string[] {
    return [...new Set(this.ways.flatMap(({ schemas }) => schemas.flatMap(({ names }) => names)))];
  }

  /** All of them. */
  all(): readonly Journey[] {
    this.everything ??= this.ways.flatMap((way) => {
      const names = new Set(way.schemas.flatMap((schema) => schema.names));
      return [...names].flatMap((name) => journeysOf(way, name));
    });
    return this.everything;
  }

  /** Those of one name: one for each page that has it. */
  of(name: string): Journey[] {
    return this.ways.flatMap((way) => journeysOf(way, name));
  }

  /** Targets that may have a name that no catalog knows, because what they expose is not known, or not all of it. */
  possible(name: string): readonly ScrapeTarget[] {
    return [...new Set(this.ways.flatMap(({ schemas }) => schemas.flatMap((schema) => schema.metric(name).possible)))];
  }
}

function journeysOf({ collector, schemas }: Way, name: string): Journey[] {
  return schemas
    .flatMap((schema, index) =>
      arrivals(schema, name).filter((arrival) => schemas.slice(0, index).every((before) => !same(before, name, arrival))),
    )
    .map((arrival) => ({
      name,
      collector,
      arrival,
      ends: collector.destinations.map((destination, index) => {
        const schema = schemas[index];
        const there = schema && same(schema, name, arrival);
        return { destination, ...(there && { arrival: there }) };
      }),
    }));
}

function arrivals(schema: SeriesSchema, name: string): readonly Arrival[] {
  const { arriving, dropped } = schema.metric(name);
  return [...arriving, ...dropped];
}

/** The same series of the same page on the way to another destination. */
function same(schema: SeriesSchema, name: string, { target, endpoint }: Arrival): Arrival | undefined {
  return arrivals(schema, name).find((other) => other.target.name === target.name && other.endpoint === endpoint);
}
