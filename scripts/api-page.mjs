// The reference page of the public API, from API Extractor's model of it. API Documenter, which belongs to that, writes a page for each member:
// seven hundred files, and without the tag `@default` that most options here have.

const KINDS = [
  ['Class', 'Classes'],
  ['Interface', 'Interfaces'],
  ['Enum', 'Enums'],
  ['Function', 'Functions'],
  ['Variable', 'Constants'],
  ['TypeAlias', 'Types'],
];

/** The whole page of what an entry point exports; `report` is the file beside it. */
export function referencePage(model, { title, imported, report }) {
  const exported = model.members.flatMap(({ members }) => members).sort(byName);
  const isSpace = ({ kind }) => kind === 'Namespace';
  const spaces = exported.filter(isSpace).map(({ name, members }) => ({
    title: `In \`${name}\``,
    // what is in it is written with its name in front, and has headings like that
    items: members.map((item) => ({ ...item, name: `${name}.${item.name}`, space: name })).sort(byName),
  }));
  const groups = [
    ...KINDS.map(([kind, title]) => ({ title, items: exported.filter((item) => item.kind === kind) })).filter(
      ({ items }) => items.length > 0,
    ),
    ...spaces,
  ];
  const shownOnes = groups.flatMap(({ items }) => items);
  const left = [...exported.filter((item) => !isSpace(item)), ...shownOnes].filter(({ kind }) => !KINDS.some(([known]) => known === kind));
  if (left.length > 0) throw new Error(`no page knows how to show ${left.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`);
  const page = new Page(shownOnes.map(({ name }) => name));
  return [
    `# ${title}`,
    `What \`${imported}\` exports, made by \`npm run api\` from the comments in the sources. [The report](${report}) has the ` +
      'same names and types without words; [versioning](../versioning.md) says which changes of them mean which number.',
    ...groups.map(({ title: group, items }) => `**${group}**: ${items.map(({ name }) => page.link(name)).join(', ')}`),
    ...groups.flatMap(({ title: group, items }) => [`## ${group}`, ...items.flatMap((item) => page.section(item))]),
  ]
    .join('\n\n')
    .concat('\n');
}

function byName(a, b) {
  return a.name < b.name ? -1 : 1;
}

class Page {
  /** @param names the headings, in their order: of two that differ in their case alone, the anchor of the second one gets a number */
  constructor(names) {
    const taken = new Map();
    this.anchors = new Map(
      names.map((name) => {
        const anchor = name.toLowerCase().replaceAll('.', '');
        const before = taken.get(anchor) ?? 0;
        taken.set(anchor, before + 1);
        return [name, before === 0 ? anchor : `${anchor}-${before}`];
      }),
    );
  }

  link(name) {
    return this.anchors.has(name) ? `[${name}](#${this.anchors.get(name)})` : `\`${name}\``;
  }

  /** A link to what a type or a comment names: by its whole name, or by the one that it has in its own namespace. */
  reference(name, space) {
    const whole = [`${space}.${name}`, name].find((one) => this.anchors.has(one));
    return whole === undefined ? undefined : `[${name}](#${this.anchors.get(whole)})`;
  }

  /** One export: what it is, and a table of what is in it. */
  section(item) {
    const { text, blocks } = this.comment(item, item.space);
    return [
      `### ${item.name}`,
      ...this.heritage(item),
      text,
      ...(item.kind === 'Function' || item.kind === 'Variable' || item.kind === 'TypeAlias' ? [code(item), ...list(blocks)] : []),
      ...this.tables(item),
    ].filter(Boolean);
  }

  heritage(item) {
    const words = (ranges) => ranges.map((range) => this.type(item, range)).join(', ');
    const bases = [...(item.extendsTokenRanges ?? []), ...(item.extendsTokenRange ? [item.extendsTokenRange] : [])];
    const parts = [
      ...(bases.length > 0 ? [`extends ${words(bases)}`] : []),
      ...(item.implementsTokenRanges?.length > 0 ? [`implements ${words(item.implementsTokenRanges)}`] : []),
    ];
    return parts.length > 0 ? [`*${parts.join('; ')}*`] : [];
  }

  tables(item) {
    const members = item.members ?? [];
    const fields = members.filter(({ kind }) => kind === 'Property' || kind === 'PropertySignature');
    const values = members.filter(({ kind }) => kind === 'EnumMember');
    const calls = members.filter(({ kind }) => ['Constructor', 'IndexSignature', 'Method', 'MethodSignature'].includes(kind));
    const left = members.filter((member) => ![fields, values, calls].some((group) => group.includes(member)));
    if (left.length > 0) throw new Error(`no page knows how to show ${left.map(({ kind, name }) => `${kind} ${name}`)} of ${item.name}`);
    return [
      ...calls.map((member) => {
        const { text, blocks } = this.comment(member, item.space);
        return [code(member), text, ...list(blocks)].filter(Boolean).join('\n\n');
      }),
      table(
        ['field', 'type', 'what it is', 'default'],
        fields.map((field) => {
          const { text, blocks } = this.comment(field, item.space);
          const name = `${field.isStatic ? `${item.name}.` : ''}${field.name}`;
          const others = blocks.filter(({ tag }) => tag !== '@default').map(shown);
          const range = field.propertyTypeTokenRange;
          // of `readonly job = 'apiserver'` the value is all that there is
          const isLiteral = range.startIndex === range.endIndex && field.initializerTokenRange !== undefined;
          const type = isLiteral ? `\`${initializer(field)}\`` : this.type(field, range);
          const value =
            blocks.find(({ tag }) => tag === '@default')?.text ?? (field.isOptional ? '' : field.kind === 'Property' ? '' : 'required');
          return [`\`${name}\``, type, [text, ...others].filter(Boolean).join(' '), defaultText(value)];
        }),
      ),
      table(
        ['member', 'value', 'what it means'],
        values.map((member) => [`\`${member.name}\``, `\`${initializer(member)}\``, this.comment(member, item.space).text]),
      ),
    ];
  }

  /** A type, with links to what is on the page. */
  type(item, { startIndex, endIndex }) {
    return item.excerptTokens
      .slice(startIndex, endIndex)
      .map(({ kind, text, canonicalReference = '' }) => {
        const [, space] = /!(\w+)\.\w+:/.exec(canonicalReference) ?? [];
        return (kind === 'Reference' && this.reference(text, space)) || plain(text);
      })
      .join('')
      .trim();
  }

  /** The words of a comment, and its blocks: `@param`, `@default`, `@throws`, `@returns`, `@see`. */
  comment({ docComment, kind }, space) {
    const bare = docComment.replace(/^\/\*\*|\*\/\s*$/g, '').replace(/^ *\* ?/gm, '');
    const links = bare.replace(/\{@link (\w+)(?:\.(\w+))?[^}]*\}/g, (_, name, member) => {
      const link = this.reference(name, space) ?? `\`${name}\``;
      return member ? `${link}.${member}` : link;
    });
    const [first = '', ...rest] = links.split(/(?=@(?:param|default|throws|returns|see|remarks|example)\b)/);
    const blocks = rest.map((block) => {
      const [, tag, text] = /^(@\w+)\s*([\s\S]*)$/.exec(block);
      return { tag, text: text.trim() };
    });
    // the extractor's own words
    const text = kind === 'Constructor' ? first.replace(/^\s*Constructs a new instance of the `\w+` class\s*/, '') : first;
    return { text: text.trim(), blocks };
  }
}

function code({ excerptTokens }) {
  const text = excerptTokens.map((token) => token.text).join('');
  return `\`\`\`ts\n${text.replace(/^export (declare )?/, '').trim()}\n\`\`\``;
}

const WORDS = { '@throws': 'Throws', '@returns': 'Returns', '@see': 'See' };

function shown({ tag, text }) {
  if (tag === '@param') return text.replace(/^(\S+)\s+(?:- )?/, '`$1`: ');
  return `${WORDS[tag] ?? tag} ${text}`;
}

function list(blocks) {
  return blocks.length === 0 ? [] : [blocks.map((block) => `- ${shown(block).replace(/\s*\n\s*/g, ' ')}`).join('\n')];
}

/** `- what happens` is words, anything else a literal. */
function defaultText(text) {
  if (text === '' || text === 'required') return text;
  return text.startsWith('- ') ? text.slice(2) : text.includes('`') || text.includes(' ') ? text : `\`${text}\``;
}

function initializer({ excerptTokens, initializerTokenRange }) {
  return excerptTokens
    .slice(initializerTokenRange.startIndex, initializerTokenRange.endIndex)
    .map(({ text }) => text)
    .join('');
}

/** Types in running text: signs that Markdown reads as something else are escaped. */
function plain(text) {
  return text.replace(/([\\[\]<>*_|{}])/g, '\\$1');
}

function table(head, rows) {
  if (rows.length === 0) return '';
  const line = (cells) => `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, ' ').replace(/(?<!\\)\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
