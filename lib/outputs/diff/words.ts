import type { Json } from '../../checks/tree';

/** Words in a row: `a, b and c`. */
export function listed(words: readonly string[], separator = ', '): string {
  if (words.length < 2 || separator !== ', ') return words.join(separator);
  return `${words.slice(0, -1).join(separator)} and ${words.at(-1)}`;
}

/** The first few of many: `a, b and 7 more`. */
export function few(words: readonly string[], most = 6): string {
  if (words.length <= most + 1) return words.join(', ');
  return `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
}

/** `1 object`, `2 objects`. */
export function counted(count: number, word: string): string {
  return `${number(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** A whole number with commas. */
export function number(value: number): string {
  return `${Math.round(value)}`.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes as people say them. */
export function bytesText(bytes: number): string {
  const gibibytes = bytes / 1024 ** 3;
  if (gibibytes >= 1) return `${Math.round(gibibytes * 10) / 10}Gi`;
  return `${Math.round(bytes / 1024 ** 2)}Mi`;
}

const UNITS: { readonly [unit: string]: number } = {
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** Bytes of a quantity of Kubernetes; nothing where it is none. */
export function bytesOf(quantity: Json): number | undefined {
  const [, amount, unit = ''] = /^([\d.]+)([KMGT]i|[kMGT])?$/.exec(String(quantity)) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS[unit] ?? 1);
}
