import { dump } from 'js-yaml';
import { yamlText } from '../../../lib/outputs/yaml-text';

const MANY = 'every line says something: "of", [this] or {that} # so\n'.repeat(60);

/** Texts of ConfigMaps, each under a name that says what is special about it. */
const TEXTS: { readonly [name: string]: string } = {
  'many lines': MANY,
  'empty lines between': `${MANY}\n\n${MANY}`,
  'lines that are indented': `${MANY}  two spaces\n\ta tab\n`,
  'lines that end in spaces': `${MANY}two spaces  \n${MANY}`,
  'a space at the beginning': ` ${MANY}`,
  'an empty line at the beginning': `\n${MANY}`,
  'an empty line at the end': `${MANY}\n`,
  'no line break at the end': `${MANY}end`,
  'a space before the end': `${MANY}end \n`,
  'one long line': `${MANY.replaceAll('\n', ' ')}\n`,
  'letters of other languages': `${MANY}größer als 5 µs → rot … 温度\n`,
  'an emoji': `${MANY}🙂\n`,
  'a no-break space': `${MANY}5\u00a0m\n`,
  'a line separator': `${MANY}a\u2028b\n`,
  'a byte order mark': `${MANY}\ufeff\n`,
  'a carriage return': `${MANY}\r\n`,
  'a control character': `${MANY}\u0007\n`,
  'a document marker': `---\n${MANY}...\n---\n`,
  'the sign of a tag': `!tag ${MANY}`,
  'a private character': `${MANY}\ue000\n`,
  'a private character alone': '\ue000\n',
  'a short text': 'a\nb\n',
  nothing: '',
};

const written = (object: unknown): string => dump(object, { lineWidth: -1, noRefs: true });

test.each(Object.entries(TEXTS))('writes a ConfigMap with %s as js-yaml does', (name, text) => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'test' }, data: { [name]: text, last: 'of all' } };
  expect(yamlText(object)).toBe(written(object));
});

test('writes many texts beside each other as js-yaml does', () => {
  for (const texts of [Object.entries(TEXTS), Object.entries(TEXTS).filter(([, text]) => !text.includes('\ue000'))]) {
    const object = { kind: 'ConfigMap', data: Object.fromEntries(texts), metadata: { name: 'behind the data' } };
    expect(yamlText(object)).toBe(written(object));
  }
});

test.each([[null], ['text'], [[{ data: { a: MANY } }]], [{ data: [MANY] }], [{ data: MANY }], [{ data: { inner: { text: MANY } } }]])(
  'writes what is no ConfigMap as js-yaml does: %#',
  (object) => {
    expect(yamlText(object)).toBe(written(object));
  },
);
