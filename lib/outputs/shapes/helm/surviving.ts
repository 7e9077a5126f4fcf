import { load } from 'js-yaml';

/** Helm takes this text out of whatever a template gives, because Go writes it where a value is missing. */
const NO_VALUE = '<no value>';
/** What stands in JSON as an escape, so that every version of YAML reads the same and Helm does not find its text. */
const ESCAPED = /[^\n -~]|<(?=no value>)/g;

/**
 * Manifests that mean the same after Helm has cut them into documents. What it would damage is written as JSON, which is YAML, too: an object with
 * the text that Helm removes, and one whose last text ends with empty lines, for it trims white space at both ends of a document and gives one
 * line break back.
 */
export function survivingHelm(text: string): string {
  return text
    .split(/^---\n/m)
    .map((document) => (isDamaged(document) ? asJson(document) : document))
    .join('---\n');
}

function isDamaged(document: string): boolean {
  return document.includes(NO_VALUE) || `${document.trimEnd()}\n` !== document;
}

function asJson(document: string): string {
  const json = JSON.stringify(load(document), undefined, 2);
  return `${json.replace(ESCAPED, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
