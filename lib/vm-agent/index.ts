export type { VMAgentOptions, VMAgentProps } from './options';
export type { UserScrapes } from './user-scrapes';
export { GUARDED_FLAGS, OWN_FLAGS, VMAgent } from './vm-agent';
