import type { Check, CheckContext, Complaint } from './check';
import { positionalFlags, type SentCredential, type WrittenUrl, writtenUrls } from './remote-writes';
import { at, type KubeObject } from './tree';

/** A flag with one value counts for every URL, and one that is given replaces what the operator makes: tokens leak, or get lost, without a message. */
export const credentialReachesOneUrl: Check = {
  name: 'credential-reaches-one-url',
  proves: 'every credential of a VMAgent is sent to exactly one URL, there is at most one for each, and none goes out unencrypted',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    const owners = new Map<string, string>();
    for (const agent of tree.ofKind('VMAgent')) {
      const urls = writtenUrls(agent);
      yield* oneEntryForEach(agent, urls);
      yield* oneWay(agent, urls);
      for (const written of urls) {
        yield* oneCredential(agent, written);
        yield* encrypted(agent, written);
        for (const credential of written.credentials) yield* oneOwner(agent, written, credential, owners);
      }
    }
  },
};

function* oneEntryForEach(on: KubeObject, urls: readonly WrittenUrl[]): Iterable<Complaint> {
  for (const { place, values } of positionalFlags(on)) {
    if (values.length === urls.length) continue;
    yield {
      on,
      message:
        `${place}: got ${counted(values.length, 'entry', 'entries')}, expected ${urls.length}, one for each URL in spec.remoteWrite` +
        `${values.length === 1 ? ', because one alone is sent to every URL' : ''}; separate them by commas and write "" where a URL has none`,
    };
  }
}

function* oneWay(on: KubeObject, urls: readonly WrittenUrl[]): Iterable<Complaint> {
  for (const { flag, field } of positionalFlags(on)) {
    for (const { place, entry } of urls) {
      if (at(entry, field) === undefined) continue;
      yield {
        on,
        message: `${place}.${field}: got a value beside the flag ${flag}, expected one of the two, because the flag replaces what the operator makes of the field; give it by the flag for all URLs, or by the field for all`,
      };
    }
  }
}

function* oneCredential(on: KubeObject, { place, credentials }: WrittenUrl): Iterable<Complaint> {
  const ways = [...new Set(credentials.map(({ way }) => way))];
  if (ways.length < 2) return;
  yield {
    on,
    message: `${place}: got ${ways.join(' and ')}, expected one of them, because vmagent does not start with several; leave the others out`,
  };
}

function* encrypted(on: KubeObject, { place, url, credentials }: WrittenUrl): Iterable<Complaint> {
  const { protocol, hostname, host, pathname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '', host: '', pathname: '' };
  if (credentials.length === 0 || protocol !== 'http:' || /\.svc(\.cluster\.local)?\.?$/.test(hostname)) return;
  yield {
    on,
    message: `${place}.url: got "http://${host}${pathname}" with a credential, expected https, because the credential can be read on the way; write https://, or leave the credential out`,
  };
}

function* oneOwner(
  on: KubeObject,
  { url }: WrittenUrl,
  { place, source }: SentCredential,
  owners: Map<string, string>,
): Iterable<Complaint> {
  const owner = owners.get(source) ?? url;
  owners.set(source, owner);
  if (owner === url) return;
  yield {
    on,
    message: `${place}: got ${source}, which is sent to ${withoutUser(owner)}, too, expected a credential of its own, because each of the two could write to the other in your name; make another one for this URL`,
  };
}

function withoutUser(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//…@');
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
