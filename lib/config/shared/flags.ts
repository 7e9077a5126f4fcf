import { OPERATOR_VERSION } from '../../common/images';
import { GUARDED_FLAGS, OWN_FLAGS as OWN_AGENT_FLAGS } from '../../vm-agent';
import { OWN_FLAGS as OWN_STORE_FLAGS } from '../../vm-single';
import { converted, option, Refusal, type Value } from '../option';
import { record, text } from '../values';

/** Flags that take a secret; those that take a file with it end in another word. */
const OF_SECRETS = /(password|token|secret|authKey)$/i;

/** Command-line flags of a program of VictoriaMetrics. */
export function flags(): Value<{ readonly [flag: string]: string } | undefined> {
  const name = text({ expected: 'the name of a flag without its dash', example: 'loggerLevel', pattern: /^[A-Za-z][\w.-]*$/ });
  const value = text({ expected: 'the value of a flag as text', example: "'INFO'", hidden: true });
  const given = record(name, value, 'flags by their names; write {loggerLevel: INFO}');
  return option(converted(given, harmless), "More command-line flags, without their dash. They win over the pipeline's own.", {
    otherwise: 'none',
    example: { loggerLevel: 'WARN' },
  });
}

function harmless(given: { readonly [flag: string]: string }): { readonly [flag: string]: string } | Refusal {
  for (const [flag, value] of Object.entries(given)) {
    if (GUARDED_FLAGS.test(flag)) {
      return new Refusal('no flag of a destination; write the destination below remoteWrite, with its credential', [flag], 'text');
    }
    if (OWN_STORE_FLAGS.includes(flag)) {
      return new Refusal('no flag that follows from the volume and the port; remove it', [flag], 'text');
    }
    if (OWN_AGENT_FLAGS.test(flag)) {
      return new Refusal(
        'no flag that follows from other options; use shards, buffer and queueSize of vmAgent, or remove it',
        [flag],
        'text',
      );
    }
    if (OF_SECRETS.test(flag) && !value.startsWith('file://')) {
      return new Refusal('no secret in the open, for manifests are published; remove it', [flag], 'text');
    }
  }
  return given;
}

/** A version of the VictoriaMetrics operator. */
export function operatorVersion(description: string, otherwise: string, example: string): Value<string | undefined> {
  const version = text({
    expected: 'a version of the operator',
    example,
    pattern: OPERATOR_VERSION,
    mend: (given) => given.replace(/^v/, ''),
  });
  return option(version, description, { otherwise, example });
}
