import { perGpu } from './selectors';

/** How fast the tensor pipes of a GPU can calculate at most, in units of 10^12 a second, with dense matrices. */
export interface PeakRate {
  /** Pattern of `modelName`. */
  readonly model: string;
  /** With 16-bit numbers, FP16 or BF16. */
  readonly sixteenBit: number;
  /** With 8-bit numbers. @default - the model cannot */
  readonly eightBit?: number;
}

/**
 * Data sheets give the rates of sparse matrices, which are twice as high. No pattern fits a model that another fits.
 *
 * @see https://www.nvidia.com/en-us/data-center/h200/
 * @see https://www.nvidia.com/en-us/data-center/hgx/
 * @see https://www.nvidia.com/en-us/data-center/gb300-nvl72/
 */
export const PEAK_RATES: readonly PeakRate[] = [
  { model: '.*A100.*', sixteenBit: 312 },
  { model: '.*L40S.*', sixteenBit: 362, eightBit: 733 },
  { model: '.*H100 PCIe.*', sixteenBit: 756, eightBit: 1513 },
  { model: '.*H[12]00 NVL.*', sixteenBit: 835, eightBit: 1671 },
  { model: '.*H100 .*HBM3.*|.*H200|.*GH200.*', sixteenBit: 989.5, eightBit: 1979 },
  { model: '(.* )?B[23]00.*', sixteenBit: 2250, eightBit: 4500 },
  { model: '(.* )?GB[23]00.*', sixteenBit: 2500, eightBit: 5000 },
];

const rates = (peakOf: (rate: PeakRate) => number | undefined): string =>
  PEAK_RATES.flatMap((rate) => {
    const peak = peakOf(rate);
    return peak === undefined ? [] : [`${perGpu('DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', `modelName=~"${rate.model}"`)} * ${peak}`];
  }).join(' or ');

/** What each GPU could have calculated with 16-bit numbers in the time that its tensor pipes were busy. Nothing for unknown models. */
export const SIXTEEN_BIT_RATES: string = rates(({ sixteenBit }) => sixteenBit);

/** The same with 8-bit numbers. */
export const EIGHT_BIT_RATES: string = rates(({ eightBit }) => eightBit);
