import { type OAuth2Options, RemoteWriteCredential, type RemoteWriteOptions, type TokenFileOptions } from '../../remote-write';
import type { DestinationTls } from '../../scrape/destination';
import { RelabelRule } from '../../scrape/relabel-rule';
import type { KeyReference } from '../../scrape/scrape-target';
import { accepted, converted, type Fallback, NOTES, type Options, option, options, Refusal, required, type Value } from '../option';
import { dnsLabel, hostName, httpUrl, list, nodePath, text, url } from '../values';
import { buffer } from './buffer';
import { secretKey } from './references';
import { relabelRules } from './relabel-rules';

/** The kinds of credentials, of which a destination has one. */
interface CredentialKinds {
  readonly tokenFile?: TokenFileOptions;
  readonly tokenSecret?: KeyReference;
  readonly basic?: { readonly username: KeyReference; readonly password: KeyReference };
  readonly oauth2?: OAuth2Options;
}

const SECRET = { name: 'metrics-writer', key: 'token' };
const KINDS = 'tokenFile, tokenSecret, basic and oauth2';

const tokenFile = options<TokenFileOptions>(
  {
    hostDirectory: required(nodePath('/mnt/cloud-metadata'), 'Directory on the node; it is mounted as a whole.', '/mnt/cloud-metadata'),
    file: required(
      text({ expected: 'the name of a file in the directory', example: 'tsa-token', pattern: /^[\w.-]+$/ }),
      'Name of the file in it.',
      'tsa-token',
    ),
  },
  [],
  'a directory of the node and a file in it; write {hostDirectory: /mnt/cloud-metadata, file: tsa-token}',
);

const basic = options<{ readonly username: KeyReference; readonly password: KeyReference }>({
  username: required(secretKey, 'Where the user name is.', SECRET),
  password: required(secretKey, 'Where the password is.', SECRET),
});

const oauth2 = options<OAuth2Options>({
  clientId: required(
    text({
      expected: 'the client id itself, which is no secret: letters, digits and the characters -._~@:/+',
      example: 'metrics-writer',
      pattern: /^[\w.~@:/+-]+$/,
    }),
    'The client id. It is no secret and stands in the manifests.',
    'metrics-writer',
  ),
  clientSecret: required(secretKey, 'Where the client secret is.', SECRET),
  tokenUrl: required(
    httpUrl('https://login.example.com/oauth2/token'),
    'Where tokens are issued.',
    'https://login.example.com/oauth2/token',
  ),
  scopes: option(list(text({ expected: 'a scope', example: 'metrics.write' }), 'metrics.write'), 'Scopes to ask for.', {
    otherwise: 'none',
    example: ['metrics.write'],
  }),
});

/** Who writes: exactly one kind. */
const credential: Value<RemoteWriteCredential> = converted(
  options<CredentialKinds>(
    {
      tokenFile: option(tokenFile, 'A bearer token in a file on the node, renewed there by the platform. Needs Pod Security privileged.', {
        otherwise: 'another kind',
        example: { hostDirectory: '/mnt/cloud-metadata', file: 'tsa-token' },
      }),
      tokenSecret: option(secretKey, 'A bearer token in a Secret.', { otherwise: 'another kind', example: SECRET }),
      basic: option(basic, 'User name and password, both in a Secret.', {
        otherwise: 'another kind',
        example: { username: { name: 'metrics-writer', key: 'username' }, password: { name: 'metrics-writer', key: 'password' } },
      }),
      oauth2: option(oauth2, 'OAuth2 client credentials; the secret of the client in a Secret.', {
        otherwise: 'another kind',
        example: {
          clientId: 'metrics-writer',
          clientSecret: { name: 'metrics-writer', key: 'client-secret' },
          tokenUrl: 'https://login.example.com/oauth2/token',
        },
      }),
    },
    [],
    `one of ${KINDS}; write tokenSecret: {name: …, key: …}`,
  ),
  ({ tokenFile, tokenSecret, basic, oauth2 }) => {
    const [first, second] = Object.entries({ tokenFile, tokenSecret, basic, oauth2 }).flatMap(([kind, value]) => (value ? [kind] : []));
    if (second) return new Refusal(`one of ${KINDS}, and ${first} is there already; remove one of them`, [second]);
    return accepted(
      () => {
        if (tokenFile) return RemoteWriteCredential.tokenFile(tokenFile);
        if (tokenSecret) return RemoteWriteCredential.tokenSecret(tokenSecret);
        if (basic) return RemoteWriteCredential.basic(basic.username, basic.password);
        if (oauth2) return RemoteWriteCredential.oauth2(oauth2);
        return new Refusal(`one of ${KINDS}; write the one that the destination asks for, or leave credential out`);
      },
      first === undefined ? [] : [first],
    );
  },
).register(NOTES, { id: 'Credential' });

const tls = options<DestinationTls>(
  {
    caSecret: option(secretKey, "Certificate authority of the destination's certificate.", {
      otherwise: "the system's authorities",
      example: { name: 'metrics-tls', key: 'ca.crt' },
    }),
    certSecret: option(secretKey, "The agent's client certificate.", {
      otherwise: 'none',
      example: { name: 'metrics-tls', key: 'tls.crt' },
    }),
    keySecret: option(secretKey, 'Key of the client certificate.', {
      otherwise: 'none',
      example: { name: 'metrics-tls', key: 'tls.key' },
    }),
    serverName: option(hostName('metrics.example.com'), "Name that the destination's certificate must carry.", {
      otherwise: 'the host of the URL',
      example: 'metrics.example.com',
    }),
  },
  [
    {
      reads: ['certSecret', 'keySecret'],
      check: ({ certSecret, keySecret }) => {
        if (certSecret && !keySecret) return new Refusal('the key of the certificate in certSecret; write keySecret, too', ['keySecret']);
        return keySecret && !certSecret
          ? new Refusal('the certificate of the key in keySecret; write certSecret, too', ['certSecret'])
          : undefined;
      },
    },
  ],
).register(NOTES, { id: 'DestinationTls' });

const BUFFER = 'What the agent keeps while the destination takes nothing: a time (6h) or a size (4Gi). The oldest beyond it is dropped.';

/** Which metrics are written, in short. */
interface Selection {
  /** Only these metrics are written. */
  readonly keepMetrics?: readonly string[];
  /** These metrics are not written. */
  readonly dropMetrics?: readonly string[];
}

/** Options of one destination as a file has them. */
export type DestinationOptions = RemoteWriteOptions & Selection;

/** The options that every destination has. */
export function destinationOptions(
  name: { readonly otherwise: string; readonly example: string },
  whoWrites: Fallback,
): Options<DestinationOptions> {
  return {
    name: option(dnsLabel(name.example, 40), 'Short name, unique in the pipeline.', name),
    credential: option(credential, 'Who writes: exactly one kind. It goes to this destination alone.', whoWrites),
    tls: option(tls, 'How TLS is checked.', { otherwise: "the system's authorities", example: { serverName: 'metrics.example.com' } }),
    proxyUrl: option(url(['http:', 'https:', 'socks5:'], 'http://proxy.example.com:3128'), 'A proxy on the way.', {
      otherwise: 'none',
      example: 'http://proxy.example.com:3128',
    }),
    keepMetrics: option(metricPatterns(), 'Writes only these metrics: names, or regular expressions over whole names.', {
      otherwise: 'every metric',
      example: ['slurm_.+', 'DCGM_FI_DEV_GPU_UTIL'],
    }),
    dropMetrics: option(metricPatterns(), 'Does not write these metrics: names, or regular expressions over whole names.', {
      otherwise: 'none',
      example: ['go_.+'],
    }),
    relabelConfigs: option(relabelRules, 'Rules over every sample for this destination, run after keepMetrics and dropMetrics.', {
      otherwise: 'every sample as it is',
      example: [{ why: 'the pool tells clusters apart by this label', action: 'replace', targetLabel: 'site', replacement: 'eu' }],
    }),
    buffer: buffer(BUFFER, { otherwise: 'buffer of vmAgent', example: '6h' }),
  };
}

/** Names of metrics, or regular expressions over them. */
function metricPatterns(): Value<readonly string[]> {
  const name = text({ expected: 'the name of a metric, or a regular expression over names', example: 'slurm_.+' });
  const pattern = converted(name, (given) => {
    const made = accepted(() => RelabelRule.keepMetrics('to see whether there is such a rule', given));
    return made instanceof Refusal ? new Refusal(made.advice) : given;
  });
  return list(pattern, 'slurm_.+', 1);
}

/** The options of a destination as the library has them. */
export function remoteWriteOptions<T extends DestinationOptions>({ keepMetrics, dropMetrics, ...given }: T): Omit<T, keyof Selection> {
  const rules = [
    ...(keepMetrics ? [RelabelRule.keepMetrics('the destination takes these metrics only', ...keepMetrics)] : []),
    ...(dropMetrics ? [RelabelRule.dropMetrics('the destination does not take these metrics', ...dropMetrics)] : []),
    ...(given.relabelConfigs ?? []),
  ];
  return { ...given, ...(rules.length > 0 ? { relabelConfigs: rules } : {}) };
}
