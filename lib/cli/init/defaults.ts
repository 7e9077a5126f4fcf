import { NOTES } from '../../config/option';
import { pipeline } from '../../config/pipeline';
import { optionsOf, typeAt } from '../../config/walk';

/** What counts when an option is left out, by the schema; nothing where that depends on something. */
export function defaultOf(path: readonly string[]): unknown {
  const type = typeAt(pipeline, path);
  return type && NOTES.get(type)?.default;
}

/** Paths of the options whose default is like that, by the schema. */
export function optionsWithDefault(isMeant: (path: string, value: unknown) => boolean): string[] {
  return optionsOf(pipeline)
    .filter(({ path, notes }) => notes.default !== undefined && isMeant(path, notes.default))
    .map(({ path }) => path);
}
