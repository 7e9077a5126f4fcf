import { SeriesProfile } from '../../common/series-profile';
import type { SeriesOptions } from '../../economy';
import { objectionToRegex } from '../../scrape/relabel-regex';
import { converted, option, part, Refusal, type Value } from '../option';
import { choice, list, text } from '../values';

const EXAMPLE = 'container_blkio_.+';

/** Which series are taken. */
export const series = part<SeriesOptions>('Which series are taken of what is scraped.', {
  profile: option(
    choice(Object.values(SeriesProfile)),
    'How much: lean is what dashboards read, standard also what is asked by hand when something is wrong, full everything but duplicates.',
    { default: SeriesProfile.STANDARD },
  ),
  keep: option(
    list(pattern(), EXAMPLE, 1),
    'Metrics that are taken beside these, whole where some of their series would be dropped: names, or regular expressions over whole names.',
    { otherwise: 'none', example: [EXAMPLE] },
  ),
});

function pattern(): Value<string> {
  const type = text({ expected: 'the name of a metric, or a regex over whole names', example: EXAMPLE });
  return converted(type, (given) => {
    const objection = objectionToRegex(given);
    return objection ? new Refusal(`${objection.expected}; ${objection.instead}`) : given;
  });
}
