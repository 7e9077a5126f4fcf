import * as z from 'zod/mini';
import { NOTES } from './option';
import { pipeline } from './pipeline';

/** The schema of a cluster file for editors, as JSON. */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(pipeline, {
    target: 'draft-07',
    io: 'input',
    metadata: NOTES,
    override: ({ zodSchema, jsonSchema: made }) => {
      const { description, default: literal, otherwise, example } = NOTES.get(zodSchema) ?? {};
      for (const key of ['otherwise', 'example', 'hidden', 'default'] as const) delete made[key];
      if (description !== undefined) made.description = otherwise === undefined ? description : `${description} Left out: ${otherwise}.`;
      if (literal !== undefined) made.default = literal as z.core.JSONSchema.JSONSchema['default'];
      if (example !== undefined) made.examples = [example];
    },
  });
  return `${JSON.stringify({ title: 'Metrics pipeline of a SLURM cluster', ...schema }, undefined, 2)}\n`;
}
