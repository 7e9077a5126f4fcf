import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, IN_MEMORY_OF_AGENT_S } from './drill';

export const agentKilled: Drill = {
  name: 'agent killed while the store is down',
  promise: 'loses what the agent held in memory, and nothing of its queue',
  disturbs: 'agent',
  seconds: { short: 18, full: 300 },
  allowed: () => ({ store: IN_MEMORY_OF_AGENT_S, cloud: IN_MEMORY_OF_AGENT_S }),
  run: (pipeline, seconds) =>
    pipeline.withoutStore(async () => {
      // with a queue from before and one from behind. Not sooner: what comes first is held in memory for some seconds, and then written to
      // the file in one go
      await pause((seconds * 2000) / 3);
      await pipeline.killAgent();
      await pause((seconds * 1000) / 3);
    }),
};
