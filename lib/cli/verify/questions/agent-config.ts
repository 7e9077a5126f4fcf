import { kubectl } from '../facts';
import { type Finding, Severity } from '../finding';
import type { Question } from '../question';

/** Figures that are 0 when a file could not be read, and what the file is. */
const RELOADS: readonly (readonly [RegExp, string])[] = [
  [/^vm_promscrape_config_last_reload_successful$/, 'scrape configuration'],
  [/relabel_config_last_reload_successful$/, 'relabel rules of a destination'],
  [/^vm(agent)?_streamaggr_config_(last_)?reload_successful$/, 'sums'],
];

/** An agent that runs with a former configuration. */
export const agentConfig: Question = {
  name: 'agent-config',
  proves: 'the agent took over its last configuration',
  judge(facts) {
    const { namespace } = facts.expected;
    const findings = facts.agents.flatMap(({ name, looks: { after } }): Finding[] =>
      RELOADS.flatMap(([pattern, what]) =>
        after
          .names(pattern)
          .filter((metric) => after.of(metric).some(({ value }) => value === 0))
          .map((metric) => ({
            severity: Severity.ERROR,
            what: `${name}: the last reload of its ${what} failed (${metric} is 0)`,
            cause: 'the agent cannot read what it was given, and goes on with what it had',
            next: kubectl(facts, `logs -n ${namespace} ${name} --all-containers --tail=50`),
            subjects: [metric],
          })),
      ),
    );
    return { findings };
  },
};
