export type { UserScrapes } from './user-scrapes';
export { VMAgent, type VMAgentOptions, type VMAgentProps } from './vm-agent';
