import { MetricUnit } from '../common/metric-family';
import { type Binary, type Call, type Expr, walk } from './ast';
import { AGGREGATIONS, FUNCTIONS, type UnitEffect } from './functions';
import { COMPARISONS } from './kinds';
import type { Schema } from './labels';
import { added, divided, inverted, isSameQuantity, multiplied, perSecond, type Quantity, quantityOf, scaled, unitNamed } from './quantity';
import type { Query } from './query';

/** What an expression is worth: a quantity, a number without a unit, or nothing that is known. */
type Worth = Quantity | { readonly number: number } | undefined;

const COUNT = quantityOf(MetricUnit.COUNT);
const isQuantity = (worth: Worth): worth is Quantity => worth !== undefined && 'powers' in worth;

/** The unit of what a query gives, where it can be told: `rate` of bytes is bytes per second, a ratio times 100 is percent. */
export function unitOf(query: Query, schema: Schema): MetricUnit | undefined {
  const worth = worthOf(query.expr, schema);
  return isQuantity(worth) ? unitNamed(worth) : undefined;
}

function worthOf(expr: Expr, schema: Schema): Worth {
  switch (expr.kind) {
    case 'number':
      return expr.value === undefined ? undefined : { number: expr.value };
    case 'string':
      return undefined;
    case 'selector': {
      const unit = schema(expr)?.unit;
      return unit && quantityOf(unit);
    }
    case 'subquery':
      return worthOf(expr.operand, schema);
    case 'unary': {
      const worth = worthOf(expr.operand, schema);
      return worth && !isQuantity(worth) && expr.op === '-' ? { number: -worth.number } : worth;
    }
    case 'call':
      return afterCall(expr, schema);
    case 'aggregation': {
      const worth = worthOf(expr.operand, schema);
      // points in time do not add up
      if (expr.name === 'sum' && isQuantity(worth) && worth.moment) return undefined;
      return affected(AGGREGATIONS.get(expr.name)?.unit ?? 'unknown', worth);
    }
    case 'binary':
      return afterBinary(expr, worthOf(expr.left, schema), worthOf(expr.right, schema));
  }
}

function affected(effect: UnitEffect, worth: Worth): Worth {
  switch (effect) {
    case 'keep':
      return worth;
    case 'per-second':
      return isQuantity(worth) ? perSecond(worth) : undefined;
    case 'count':
      return COUNT;
    case 'timestamp':
      return quantityOf(MetricUnit.TIMESTAMP);
    default:
      return undefined;
  }
}

function afterCall(call: Call, schema: Schema): Worth {
  const rule = FUNCTIONS.get(call.name);
  if (rule === undefined) return undefined;
  if (call.name === 'pi') return { number: Math.PI };
  if (rule.unit === 'buckets') return bucketsOf(call, schema);
  const main = rule.args.findIndex((kind) => kind === 'vector' || kind === 'range');
  const operand = call.args[Math.max(main, 0)];
  const worth = operand && worthOf(operand, schema);
  const isMoment = isQuantity(worth) && worth.moment;
  // how far a point in time moves is a length; added up, or spread, they mean nothing
  if (isMoment && /^(increase|i?delta)$/.test(call.name)) return quantityOf(MetricUnit.SECONDS);
  if (isMoment && /^(sum|stddev)_over_time$/.test(call.name)) return undefined;
  return affected(rule.unit, worth);
}

/** What the buckets below count, where all agree. */
function bucketsOf(call: Call, schema: Schema): Worth {
  const units = new Set<MetricUnit | undefined>();
  for (const expr of walk(call)) if (expr.kind === 'selector') units.add(schema(expr)?.bucketUnit);
  const [unit] = units;
  return units.size === 1 && unit !== undefined ? quantityOf(unit) : undefined;
}

function afterBinary({ op, bool, left }: Binary, a: Worth, b: Worth): Worth {
  if (COMPARISONS.has(op)) {
    if (bool) return COUNT;
    // of a comparison with a number, the series are what is left
    return left.kind === 'number' ? b : a;
  }
  switch (op) {
    case 'and':
    case 'unless':
      return a;
    case 'or':
      return either(a, b);
    case '%':
      return a;
    default:
      return a === undefined || b === undefined ? undefined : calculated(op, a, b);
  }
}

/** A number such as `vector(0)` stands in for what is absent. */
function either(a: Worth, b: Worth): Worth {
  if (isQuantity(a) && isQuantity(b)) return isSameQuantity(a, b) ? a : undefined;
  if (a === undefined || b === undefined) return undefined;
  return isQuantity(a) ? a : b;
}

const ARITHMETIC: { readonly [op: string]: (a: number, b: number) => number } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};

function calculated(op: string, a: NonNullable<Worth>, b: NonNullable<Worth>): Worth {
  if (!isQuantity(a) && !isQuantity(b)) {
    const result = ARITHMETIC[op]?.(a.number, b.number);
    return result === undefined ? undefined : { number: result };
  }
  switch (op) {
    case '+':
    case '-':
      // a number beside a quantity is in its unit: 1 - ratio
      if (isQuantity(a)) return isQuantity(b) ? added(a, b, op) : a;
      return isQuantity(b) && !(b.moment && op === '-') ? b : undefined;
    case '*':
      if (isQuantity(a)) return isQuantity(b) ? multiplied(a, b) : scaled(a, b.number);
      return isQuantity(b) ? scaled(b, a.number) : undefined;
    case '/':
      if (isQuantity(a)) return isQuantity(b) ? divided(a, b) : scaled(a, 1 / b.number);
      return isQuantity(b) ? inverted(b, a.number) : undefined;
    default:
      return undefined;
  }
}
