import type { Check, CheckContext, Complaint } from './check';
import { type SentCredential, type Writer, type WrittenUrl, writers } from './remote-writes';
import { at, type KubeObject } from './tree';

/** A flag with one value counts for every URL, and one that is given replaces what the operator makes: tokens leak, or get lost, without a message. */
export const credentialReachesOneUrl: Check = {
  name: 'credential-reaches-one-url',
  proves: 'every credential of an agent is sent to exactly one URL, there is at most one for each, and none goes out unencrypted',
  *run({ tree }: CheckContext): Iterable<Complaint> {
    const owners = new Map<string, string>();
    for (const writer of writers(tree)) {
      const { on, urls } = writer;
      yield* oneEntryForEach(writer);
      yield* oneWay(writer);
      for (const written of urls) {
        yield* oneCredential(on, written);
        yield* encrypted(on, written);
        for (const credential of written.credentials) yield* oneOwner(on, written, credential, owners);
      }
    }
  },
};

function* oneEntryForEach({ on, urls, flags, listedIn }: Writer): Iterable<Complaint> {
  for (const { place, values, shareable } of flags) {
    if (values.length === urls.length || (shareable && values.length === 1)) continue;
    yield {
      on,
      message:
        `${place}: got ${counted(values.length, 'entry', 'entries')}, expected ${urls.length}, one for each URL in ${listedIn}` +
        `${values.length === 1 ? ', because one alone is sent to every URL' : ''}; separate them by commas and write "" where a URL has none`,
    };
  }
}

function* oneWay({ on, urls, flags }: Writer): Iterable<Complaint> {
  for (const { flag, fields } of flags) {
    for (const { place, entry } of urls) {
      for (const field of fields.filter((name) => at(entry, name) !== undefined)) {
        yield {
          on,
          message: `${place}.${field}: got a value beside the flag ${flag}, expected one of the two, because the flag replaces what the operator makes of the field; give it by the flag for all URLs, or by the field for all`,
        };
      }
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

function* encrypted(on: KubeObject, { urlPlace, url, credentials }: WrittenUrl): Iterable<Complaint> {
  const { protocol, hostname, host, pathname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '', host: '', pathname: '' };
  if (credentials.length === 0 || protocol !== 'http:' || /\.svc(\.cluster\.local)?\.?$/.test(hostname)) return;
  yield {
    on,
    message: `${urlPlace}: got "http://${host}${pathname}" with a credential, expected https, because the credential can be read on the way; write https://, or leave the credential out`,
  };
}

function* oneOwner(
  on: KubeObject,
  { url }: WrittenUrl,
  { place, source, identity }: SentCredential,
  owners: Map<string, string>,
): Iterable<Complaint> {
  const owner = owners.get(identity) ?? url;
  owners.set(identity, owner);
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
