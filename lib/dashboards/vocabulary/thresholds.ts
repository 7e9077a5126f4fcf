import { type ThresholdsConfig, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { Colour } from './colours';

/** From which value on a colour holds. */
export interface Step {
  readonly from: number;
  readonly colour: Colour;
}

/** Colours by value: the first below all steps, then a step each, in rising order. */
export interface Thresholds {
  readonly below: Colour;
  readonly steps: readonly Step[];
}

/** Good or bad has no meaning here. */
export const NEUTRAL: Thresholds = { below: Colour.NEUTRAL, steps: [] };

/** One is too many. */
export const ANY_IS_BAD: Thresholds = { below: Colour.GOOD, steps: [{ from: 1, colour: Colour.BAD }] };

/** One is worth a look. */
export const ANY_IS_WORTH_A_LOOK: Thresholds = { below: Colour.GOOD, steps: [{ from: 1, colour: Colour.WARN }] };

/** High is bad: from `warn` on worth a look, from `bad` on worth one now. */
export const highIsBad = (warn: number, bad: number): Thresholds => ({
  below: Colour.GOOD,
  steps: [
    { from: warn, colour: Colour.WARN },
    { from: bad, colour: Colour.BAD },
  ],
});

/** Low is bad: below `warn` worth a look, below `bad` worth one now. */
export const lowIsBad = (warn: number, bad: number): Thresholds => ({
  below: Colour.BAD,
  steps: [
    { from: bad, colour: Colour.WARN },
    { from: warn, colour: Colour.GOOD },
  ],
});

/** As Grafana writes them. */
export function grafanaThresholds({ below, steps }: Thresholds): ThresholdsConfig {
  return {
    mode: ThresholdsMode.Absolute,
    steps: [{ value: null, color: below }, ...steps.map(({ from, colour }) => ({ value: from, color: colour }))],
  };
}
