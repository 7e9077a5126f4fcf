export type { UserScrapes } from './user-scrapes';
export { GUARDED_FLAGS, VMAgent, type VMAgentOptions, type VMAgentProps } from './vm-agent';
