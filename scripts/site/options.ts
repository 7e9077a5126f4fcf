import { anchorOf, block, code, codes, frontmatter, heading, page, prose, table } from './markdown';

/** What the generator reads of a JSON Schema. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly definitions?: { readonly [name: string]: Schema };
}

/** One option: its path, and what is known of it. */
export interface Option {
  /** As messages write it: `vmSingle.resources.limits.cpu`, `remoteWrite[].url`. */
  readonly path: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

/** The page of options that stand alone, and of what has no options of its own. */
export const GENERAL = 'general';

/** All options of a cluster file, read from its schema. */
export class Options {
  constructor(private readonly root: Schema) {}

  /** Every option, a part before what is in it. */
  all(): readonly Option[] {
    return Object.keys(this.root.properties ?? {}).flatMap((name) => this.below(name));
  }

  /** The page of an option: that of the part that it is in. */
  pageOf(path: string): string {
    const [part = ''] = path.split(/[.[]/);
    return this.hasPage(part) ? part : GENERAL;
  }

  /** Where an option is described. */
  link(path: string): string {
    return `/options/${this.pageOf(path)}.md#${anchorOf(path)}`;
  }

  /** All pages, by their paths in the site. */
  pages(): ReadonlyMap<string, string> {
    const parts = Object.keys(this.root.properties ?? {});
    const own = parts.filter((part) => this.hasPage(part));
    const alone = parts.filter((part) => !this.hasPage(part));
    return new Map([
      ['options/index.md', this.index(parts)],
      [`options/${GENERAL}.md`, this.page('General options', alone)],
      ...own.map((part) => [`options/${part}.md`, this.page(part, [part])] as const),
    ]);
  }

  private hasPage(part: string): boolean {
    return this.inside(part).length > 0;
  }

  private inside(part: string): readonly Option[] {
    return this.below(part).slice(1);
  }

  private below(name: string): readonly Option[] {
    const schema = this.root.properties?.[name];
    if (schema === undefined) return [];
    return this.walk({ path: name, schema: this.resolved(schema), isRequired: this.root.required?.includes(name) ?? false });
  }

  private walk(option: Option): readonly Option[] {
    const { path, schema } = option;
    const lists = schema.items === undefined ? undefined : this.resolved(schema.items);
    const [holder, prefix] = lists?.properties === undefined ? [schema, path] : [lists, `${path}[]`];
    return [
      option,
      ...Object.entries(holder.properties ?? {}).flatMap(([name, below]) =>
        this.walk({ path: `${prefix}.${name}`, schema: this.resolved(below), isRequired: holder.required?.includes(name) ?? false }),
      ),
    ];
  }

  /** A schema with what it refers to; its own words win. */
  private resolved(schema: Schema): Schema {
    const { $ref, allOf = [], ...own } = schema;
    const shared = [...($ref === undefined ? [] : [{ $ref }]), ...allOf].map((one) => {
      const name = one.$ref?.replace('#/definitions/', '');
      if (name === undefined) return this.resolved(one);
      const found = this.root.definitions?.[name];
      if (found === undefined) throw new Error(`pipeline.schema.json: got a reference to ${one.$ref}, expected one of its definitions`);
      return this.resolved(found);
    });
    return Object.assign({}, ...shared, own);
  }

  private index(parts: readonly string[]): string {
    const rows = parts.map((part) => {
      const inside = this.inside(part).length;
      const schema: Schema = this.below(part)[0]?.schema ?? {};
      return [`[${code(part)}](${this.link(part)})`, prose(schema.description ?? ''), inside > 0 ? `${inside} options` : defaultOf(schema)];
    });
    return page(
      frontmatter({ outline: 2 }),
      heading(1, 'Options'),
      'What a cluster file may say, from its [JSON Schema](/files/pipeline.schema.json.md). Only `cluster` has to be there; what is left out has the default. ' +
        '[`pipeline.yaml`](/files/pipeline.yaml.md) is a file with all of them, to copy from.',
      table(['option', 'what it is', 'default'], rows),
    );
  }

  private page(title: string, parts: readonly string[]): string {
    const isPart = parts.length === 1 && this.hasPage(parts[0] ?? '');
    const options = parts.flatMap((part) => this.below(part));
    const [first] = options;
    return page(
      frontmatter({ outline: [2, 3] }),
      isPart && first ? [heading(1, code(title), anchorOf(title)), ...this.described(first)] : heading(1, title),
      (isPart ? options.slice(1) : options).map((option) => this.option(option)),
    );
  }

  private option(option: Option): string {
    const depth = option.path.split('.').length;
    const level = Math.min(4, Math.max(2, depth));
    return page(heading(level, code(option.path), anchorOf(option.path)), this.described(option)).trimEnd();
  }

  private described({ path, schema, isRequired }: Option): readonly string[] {
    const [example] = schema.examples ?? [];
    const facts = [
      `type: ${this.typeOf(schema)}`,
      ...(isRequired ? ['must be there'] : schema.default === undefined ? [] : [`default: ${defaultOf(schema)}`]),
      ...rangesOf(schema),
    ];
    return [
      prose(schema.description ?? ''),
      facts.map((fact) => `- ${fact}`).join('\n'),
      ...(example === undefined ? [] : [block('yaml', written(path, example))]),
    ];
  }

  private typeOf(schema: Schema): string {
    const { anyOf, enum: values, items, additionalProperties: others, pattern } = schema;
    if (anyOf !== undefined) return anyOf.map((one) => this.typeOf(this.resolved(one))).join(', or ');
    if (values !== undefined) return `one of ${codes(values.map(String))}`;
    if (items !== undefined) {
      const each = this.resolved(items);
      return each.properties === undefined ? `list: ${this.typeOf(each)}` : 'list of the options below';
    }
    if (schema.properties !== undefined) return 'options below it';
    if (typeof others === 'object') return `map of names to values${others.type === undefined ? '' : `: ${others.type}`}`;
    return `${schema.type ?? 'any value'}${pattern === undefined ? '' : ` like ${inCode(pattern)}`}`;
  }
}

function defaultOf({ default: value }: Schema): string {
  return value === undefined ? '' : inCode(typeof value === 'string' ? value || '""' : JSON.stringify(value));
}

/** Code, whatever signs are in it; a bar would end a cell of a table. */
function inCode(text: string): string {
  const ticks = text.includes('`') ? '``' : '`';
  return `${ticks}${text}${ticks}`;
}

function rangesOf(schema: Schema): string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, minItems, maxItems } = schema;
  const range = (least: number | undefined, most: number | undefined, what: string) => {
    if (least !== undefined && most !== undefined && most < Number.MAX_SAFE_INTEGER) return [`${what}: ${least} to ${most}`];
    if (least !== undefined && least > Number.MIN_SAFE_INTEGER) return [`${what}: ${least} or more`];
    return most !== undefined && most < Number.MAX_SAFE_INTEGER ? [`${what}: ${most} or less`] : [];
  };
  return [
    ...range(minimum, maximum, 'range'),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`less than ${exclusiveMaximum}`]),
    ...(multipleOf === undefined ? [] : [`a multiple of ${multipleOf}`]),
    ...range(minLength, maxLength, 'characters'),
    ...range(minItems, maxItems, 'entries'),
  ];
}

/** An example where it stands in a cluster file. */
function written(path: string, example: unknown): string {
  const keys = path.split('.');
  let indent = '';
  const lines = keys.map((key, index) => {
    const isList = key.endsWith('[]');
    const line = `${indent}${key.replace(/\[\]$/, '')}:${index === keys.length - 1 ? ` ${flow(example)}` : ''}`;
    indent = `${indent.replace(/- $/, '  ')}  ${isList ? '- ' : ''}`;
    return line;
  });
  return lines.join('\n');
}

/** A value as YAML has it on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, one]) => `${flow(name)}: ${flow(one)}`)
      .join(', ')} }`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  const isPlain = /^[A-Za-z/.][\w./-]*(:\/\/[\w./:-]+)?$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
