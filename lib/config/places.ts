import type { LineCounter } from 'yaml';
import { formatPath, type PathKey } from './paths';
import type { ConfigProblem } from './problems';

/** A place in a file. */
export interface Place {
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1. */
  readonly column: number;
}

/** Where one option stands, as offsets in the text. */
export interface Spot {
  /** Its key; the value itself in a list. */
  readonly key: number;
  /** Its value; the key where there is none. */
  readonly value: number;
  /** The value as a message shows it. */
  readonly shown: string;
}

/** Which end of an option a message points to. */
export enum Side {
  KEY = 'key',
  VALUE = 'value',
}

/** Where everything stands in one file. */
export class Places {
  private readonly spots = new Map<string, Spot>();

  /** @param file the file, as it was given */
  constructor(
    readonly file: string,
    private readonly lines: LineCounter,
  ) {}

  /** Remembers where an option stands; the first of two with one path counts. */
  add(path: readonly PathKey[], spot: Spot): void {
    const id = formatPath(path);
    if (!this.spots.has(id)) this.spots.set(id, spot);
  }

  /** Whether the file has this option. */
  has(path: readonly PathKey[]): boolean {
    return this.spots.has(formatPath(path));
  }

  /** The value of an option as a message shows it. */
  shown(path: readonly PathKey[]): string {
    return this.spots.get(formatPath(path))?.shown ?? 'nothing';
  }

  /** Where an option stands; for one that is not there, where the key stands that it belongs below; failing that, the first line. */
  of(path: readonly PathKey[], side = Side.VALUE): Place {
    const spot = this.spots.get(formatPath(path));
    if (spot) return this.at(spot[side]);
    return path.length === 0 ? { line: 1, column: 1 } : this.of(path.slice(0, -1), Side.KEY);
  }

  /** The place of an offset in the text. */
  at(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col };
  }

  /** A problem with one option. */
  problem(path: readonly PathKey[], message: string, side = Side.VALUE): ConfigProblem {
    return { file: this.file, ...this.of(path, side), path: formatPath(path), message };
  }
}
