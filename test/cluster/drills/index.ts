import { agentKilled } from './agent-killed';
import { agentRolled } from './agent-rolled';
import { cloudRefuses } from './cloud-refuses';
import type { Drill } from './drill';
import { nodeStopped } from './node-stopped';
import { storeDown } from './store-down';
import { storeKilled } from './store-killed';
import { storeRolled } from './store-rolled';
import { tokenMissing } from './token-missing';
import { tokenRotated } from './token-rotated';

/**
 * All drills in their order. Those of one line run at the same time: they disturb different destinations, and each answers for its own.
 * The one with the missing token is the first, because a token that is there is never missing again without a restart.
 */
export const ROUNDS: readonly (readonly Drill[])[] = [
  [tokenMissing],
  [cloudRefuses],
  [storeDown, tokenRotated],
  [agentKilled],
  [agentRolled],
  [storeRolled],
  [storeKilled],
  [nodeStopped],
];
