import { formatPath, type PathKey } from '../../../lib/config/paths';
import { pipeline } from '../../../lib/config/pipeline';
import { lookInto } from '../../../lib/config/walk';

type Type = Parameters<typeof lookInto>[0];

/** The options that some data of a cluster file gives, with their values; fields of a shared type stand below its name. */
export function optionsIn(data: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (value: unknown, type: Type, path: readonly PathKey[]): void => {
    const { fields, item, id } = lookInto(type);
    const base = id === undefined ? path : [id];
    if (Array.isArray(value)) {
      for (const one of value) if (item) visit(one, item, [...base, 0]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, below] of Object.entries(value)) {
        const field = fields?.[key];
        if (!field) continue;
        found.set(formatPath([...base, key]), below);
        visit(below, field, [...base, key]);
      }
    }
  };
  visit(data, pipeline, []);
  return found;
}
