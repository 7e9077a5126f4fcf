import { compareSides, pairsOf } from '../outputs/diff';
import { diffMarkdown } from './diff-markdown';
import { diffText } from './diff-text';
import { placeOf, revisionOf } from './places';
import { CommandError, ExitCode, type Report, type Terminal } from './report';
import { readingsOf } from './sides';

/** Options of {@link diff}. */
export interface DiffOptions {
  /** A revision: the one operand is compared with what it was there. */
  readonly git?: string;
  /** `text`, `markdown` or `json`. */
  readonly format: string;
  /** Differences are exit code 1. */
  readonly exitCode?: boolean;
}

/** Says what differs between two states of clusters, and what that means for who applies the second. */
export function diff(former: string, latter: string | undefined, { git, format, exitCode }: DiffOptions, terminal: Terminal): Report {
  const [old, next] = operands(former, latter, git);
  terminal.progress(`reading ${old.name}`);
  const before = readingsOf(old);
  terminal.progress(`reading ${next.name}`);
  const after = readingsOf(next);
  const clusters = pairsOf(before, after).flatMap(([one, other]) => {
    // the same text is the same cluster: of many, few have changed
    if (one?.text !== undefined && one.text === other?.text) return [];
    terminal.progress(`comparing ${other?.cluster ?? one?.cluster}`);
    return compareSides(one?.side(), other?.side()) ?? [];
  });
  const json = { old: old.name, new: next.name, differs: clusters.length > 0, clusters };
  return {
    exitCode: exitCode && clusters.length > 0 ? ExitCode.FOUND : ExitCode.FINE,
    json,
    // with --format json the program takes the JSON
    text: (colours) => (format === 'markdown' ? diffMarkdown(clusters) : diffText(clusters, colours)),
  };
}

function operands(former: string, latter: string | undefined, git: string | undefined) {
  if (git === undefined) {
    if (latter !== undefined) return [placeOf(former), placeOf(latter)] as const;
    throw new CommandError(
      `diff: got ${former} alone, expected OLD and NEW; write both, or --git REVISION ${former} to compare with what it was`,
    );
  }
  if (latter !== undefined) {
    throw new CommandError(
      `diff --git ${git}: got ${former} and ${latter}, expected one file or folder, which is compared with what it was at ${git}; leave one out`,
    );
  }
  return [revisionOf(git, former), placeOf(former)] as const;
}
