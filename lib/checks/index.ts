import type { Chart } from 'cdk8s';
export function reportChecks(_c: Chart, _o: { strict: boolean; operatorVersion?: string }): void {}
