/** One line of a page of metrics. */
export interface Figure {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
/** What no question reads of a page: most of it. */
const NEEDLESS = /_bucket$|^(go|process)_/;

/** What a program says of itself on its page of metrics. */
export class Figures {
  /** Reads a page in the text format of Prometheus. */
  static read(page: string): Figures {
    const figures = page.split('\n').flatMap((line): Figure[] => {
      const [, name = '', labels = '', value = ''] = LINE.exec(line.trim()) ?? [];
      if (name === '' || NEEDLESS.test(name)) return [];
      return [{ name, labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key, text]) => [key, text])), value: Number(value) }];
    });
    return new Figures(figures);
  }

  private readonly byName = new Map<string, Figure[]>();

  private constructor(figures: readonly Figure[]) {
    for (const figure of figures) {
      const alike = this.byName.get(figure.name);
      if (alike) alike.push(figure);
      else this.byName.set(figure.name, [figure]);
    }
  }

  /** Lines of a name. */
  of(name: string): readonly Figure[] {
    return this.byName.get(name) ?? [];
  }

  /** Names that match. */
  names(pattern: RegExp): readonly string[] {
    return [...this.byName.keys()].filter((name) => pattern.test(name));
  }

  /** The sum of the lines of a name with some labels; 0 where there are none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.of(name)
      .filter((figure) => Object.entries(labels).every(([key, value]) => figure.labels[key] === value))
      .reduce((sum, { value }) => sum + value, 0);
  }

  /** The value of a flag, as the program was started. */
  flag(name: string): string | undefined {
    return this.of('flag').find(({ labels }) => labels.name === name)?.labels.value;
  }
}
