import { jsonSchema } from '../config/json-schema';
import type { Report } from './report';

/** The JSON Schema of cluster files. */
export function schema(): Report {
  const text = jsonSchema().trimEnd();
  return { json: JSON.parse(text), text: () => text };
}
