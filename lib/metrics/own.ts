/** Words for catalogs of your own: a line for each family that an exporter has, with what it counts and its labels. */
export {
  any,
  counter,
  type Declare,
  type FamilyLabels,
  gauge,
  histogram,
  info,
  labels,
  NONE,
  oneOf,
  sometimes,
  summary,
  under,
  vmHistogram,
} from './family';
