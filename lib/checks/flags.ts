import { at, type Json, text, texts } from './tree';

/** A flag that a container gives its program. */
export interface Flag {
  /** Its name, without dashes: `remoteWrite.url`. */
  readonly name: string;
  /** Where it is written: `spec.template.spec.containers[vmagent].args["-remoteWrite.url"]`. */
  readonly place: string;
  /** Its values, as they are written: one for each time that it is given. */
  readonly values: readonly string[];
}

/** The flags of one container. */
export class Flags {
  private readonly known = new Map<string, { readonly place: string; readonly values: string[] }>();

  /**
   * @param container the container
   * @param place where it stands
   */
  constructor(
    container: Json,
    private readonly place: string,
  ) {
    for (const field of ['command', 'args']) {
      const words = texts(at(container, field));
      for (const [index, word] of words.entries()) {
        const [, name, value] = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(word) ?? [];
        if (name === undefined) continue;
        const next = words[index + 1];
        // a flag alone takes the next word, or is one that is only on or off
        const given = value ?? (next === undefined || next.startsWith('-') ? 'true' : next);
        const flag = this.known.get(name) ?? { place: `${place}.${field}["-${name}"]`, values: [] };
        flag.values.push(given);
        this.known.set(name, flag);
      }
    }
  }

  /** All flags, in the order in which they are first given. */
  all(): Flag[] {
    return [...this.known].map(([name, flag]) => ({ name, ...flag }));
  }

  /** Whether a flag is given. */
  has(...names: readonly string[]): boolean {
    return names.some((name) => this.known.has(name));
  }

  /** The value of a flag that counts once: the last one. Empty where it is not given. */
  value(name: string): string {
    return this.known.get(name)?.values.at(-1) ?? '';
  }

  /** The values of a flag that is a list, in their order. */
  list(name: string): string[] {
    return (this.known.get(name)?.values ?? []).flatMap(positions);
  }

  /** Where a flag is written, or would be. */
  placeOf(name: string): string {
    return this.known.get(name)?.place ?? `${this.place}.args["-${name}"]`;
  }
}

/**
 * The values of a flag that is a list: between commas, unless quoted.
 *
 * @see https://docs.victoriametrics.com/victoriametrics/vmagent/#command-line-flags
 */
export function positions(value: string): string[] {
  const values = [...value.matchAll(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^,]*)(,|$)/g)];
  // the last match is the empty rest behind the end, unless the text ends with a comma
  const ended = values.findIndex(([, , comma]) => comma !== ',');
  return values.slice(0, ended + 1).map(([, text = '']) => text.replace(/^(["'])(.*)\1$/, '$2'));
}

/** The variable that a value is taken from: `TOKEN` of `$(TOKEN)`, which Kubernetes fills in, and of `%{TOKEN}`, which the program does. */
export function variableOf(value: string): string | undefined {
  return /^(?:\$\((\w+)\)|%\{(\w+)\})$/.exec(value)?.slice(1).find(Boolean);
}

/** The Secret and key that a variable of a container is filled from. */
export function secretOfVariable(variables: readonly Json[], name: string): { readonly name: string; readonly key: string } | undefined {
  const variable = variables.find((candidate) => at(candidate, 'name') === name);
  const reference = at(variable, 'valueFrom', 'secretKeyRef');
  return reference === undefined ? undefined : { name: text(at(reference, 'name')), key: text(at(reference, 'key')) };
}
