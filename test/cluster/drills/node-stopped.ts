import { setTimeout as pause } from 'node:timers/promises';
import { type Drill, IN_MEMORY_OF_AGENT_S, IN_MEMORY_OF_STORE_S } from './drill';

export const nodeStopped: Drill = {
  name: "agent's node stopped",
  promise: 'goes on when the node is back, with what the agent had written to its queue',
  disturbs: 'agent',
  seconds: { short: 15, full: 60 },
  // everything on the node ends without a word, the store, too, where it shares the node
  allowed: ({ agentNode, storeNode }) => ({
    store: IN_MEMORY_OF_AGENT_S + (agentNode === storeNode ? IN_MEMORY_OF_STORE_S : 0),
    cloud: IN_MEMORY_OF_AGENT_S,
  }),
  impossible({ hasOtherNode }) {
    if (!process.env.LAB) return 'LAB is not set to a command that stops and starts nodes';
    return hasOtherNode ? undefined : 'the cluster has no other node for what must outlive the one that is stopped';
  },
  // the agent's volume is the node's own, so its pod waits for the node
  async run(pipeline, seconds) {
    // what is lost was scraped in the seconds before
    const { store, cloud } = this.allowed(pipeline);
    await pause(Math.max(store, cloud) * 1000);
    await pipeline.node('stop');
    await pause(seconds * 1000);
    await pipeline.node('start');
  },
};
