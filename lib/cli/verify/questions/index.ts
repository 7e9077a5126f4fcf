import type { Question } from '../question';
import { agentConfig } from './agent-config';
import { answering } from './answering';
import { clocks } from './clocks';
import { destinations } from './destinations';
import { downTargets } from './down-targets';
import { duplicates } from './duplicates';
import { limits } from './limits';
import { missingTargets } from './missing-targets';
import { panels } from './panels';
import { queue } from './queue';
import { rights } from './rights';
import { scrapedTwice } from './scraped-twice';
import { series } from './series';
import { store } from './store';
import { workloads } from './workloads';

/** Every question, causes before what follows from them. A new one is a file beside this one and a line here. */
export const QUESTIONS: readonly Question[] = [
  answering,
  workloads,
  rights,
  agentConfig,
  missingTargets,
  downTargets,
  scrapedTwice,
  limits,
  destinations,
  queue,
  store,
  series,
  duplicates,
  clocks,
  panels,
];
