import { reject } from '../../common/errors';
import { CLUSTER_PLACE, type SettingValues, type ShapeSettings } from './settings';

/**
 * Reads what was said as `NAME=VALUE`, once for each setting.
 *
 * @throws InvalidOptionError for what the shape does not know or cannot take, and for what it needs and was not told
 */
export function resolveSettings(shape: string, settings: ShapeSettings, said: readonly string[]): SettingValues {
  const given = new Map<string, string>();
  for (const one of said) {
    const [, name = one, value] = /^([^=]*)=(.*)$/s.exec(one) ?? [];
    const setting = settings[name];
    if (setting === undefined || value === undefined) {
      const names = Object.keys(settings);
      reject(shape, {
        option: '--set',
        got: one,
        expected: names.length === 0 ? 'nothing: this shape has no settings' : `NAME=VALUE, with one of ${names.join(', ')}`,
        instead: names.length === 0 ? 'leave it out' : exampleOf(settings, names.find((known) => known === name) ?? names[0] ?? ''),
      });
    }
    if (!setting.pattern.test(value)) {
      reject(shape, { option: `--set ${name}`, got: value, expected: setting.expected, instead: exampleOf(settings, name) });
    }
    given.set(name, value);
  }
  return Object.fromEntries(
    Object.entries(settings).map(([name, { fallback, expected }]) => {
      const value = given.get(name) ?? fallback;
      if (value === undefined) {
        reject(shape, { option: `--set ${name}`, got: undefined, expected, instead: exampleOf(settings, name) });
      }
      return [name, value];
    }),
  );
}

/** The settings for one cluster. */
export function settingsOf(values: SettingValues, cluster: string): SettingValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.replaceAll(CLUSTER_PLACE, cluster)]));
}

function exampleOf(settings: ShapeSettings, name: string): string {
  return `write --set ${name}=${settings[name]?.example}`;
}
