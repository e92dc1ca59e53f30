import { formatParameter, messageOf, SystoleError } from '@systole/core';
import type { ComponentDeclaration, Facts, Transaction } from '@systole/core';
import type { ParameterValues } from './arbitrary-values.ts';
import { demand, demandEqual, LawBroken } from './report.ts';

/**
 * Throws `LawBroken` when what `declaration` says of itself needs its model, is no quantity, or differs from one time
 * to the next: with these values, and with each number in turn at either end of its range, where generated values seldom come.
 */
export function checkFacts(
  declaration: ComponentDeclaration,
  values: ParameterValues,
  transaction: Transaction | undefined,
): void {
  checkFactsAt(declaration, values, transaction);
  for (const [name, parameter] of Object.entries(declaration.parameters)) {
    const { form } = parameter;
    if (form.kind === 'choice' || form.kind === 'flag') continue;
    for (const end of [form.min, form.max]) {
      const extreme = { ...values, [name]: end };
      try {
        if (declaration.conflicts(extreme).length === 0) checkFactsAt(declaration, extreme, undefined);
      } catch (error) {
        if (error instanceof SystoleError) continue;
        throw new LawBroken(`with ${name} at ${formatParameter(parameter, end)}: ${messageOf(error)}`);
      }
    }
  }
}

function checkFactsAt(
  declaration: ComponentDeclaration,
  values: ParameterValues,
  transaction: Transaction | undefined,
): void {
  const withoutModel: ComponentDeclaration = {
    ...declaration,
    create: () => {
      throw new LawBroken('the model was built to derive facts');
    },
  };
  const say = (): Readonly<Record<string, unknown>> => ({
    facts: withoutModel.facts(values),
    staticPower: withoutModel.staticPower(values),
    area: withoutModel.area(values),
    conflicts: withoutModel.conflicts(values),
    prices: Object.entries(withoutModel.actions).map(([name, { energy }]) => [name, energy(values)]),
    bound: transaction === undefined ? 0 : withoutModel.lowerBound(transaction, values),
  });
  demandEqual(say(), say(), 'asked twice');
  const facts = withoutModel.facts(values);
  checkRates(facts);
  const { minimumLatency, resources } = facts;
  demand(
    Number.isSafeInteger(minimumLatency) && minimumLatency >= 0,
    () => `a least latency of ${minimumLatency} ps`,
  );
  demand(Number.isSafeInteger(resources) && resources >= 1, () => `${resources} resources`);
  for (const [name, { energy }] of Object.entries(withoutModel.actions)) {
    const price = energy(values);
    demand(price >= 0 && price < Infinity, () => `action "${name}" costs ${price} fJ`);
  }
  const power = withoutModel.staticPower(values);
  demand(power >= 0 && power < Infinity, () => `a static power of ${power} W`);
  const area = withoutModel.area(values) ?? 0;
  demand(area >= 0 && area < Infinity, () => `an area of ${area} mm2`);
  if (transaction === undefined) return;
  const bound = withoutModel.lowerBound(transaction, values);
  demand(Number.isSafeInteger(bound) && bound >= 0, () => `a lower bound of ${bound} ps`);
}

function checkRates(facts: Facts): void {
  const { capacity, bandwidth, internalBandwidth, operationsPerSecond } = facts;
  const { macsPerSecond = {}, wideMacsPerSecond = {} } = facts;
  const rates = {
    capacity,
    bandwidth,
    internalBandwidth,
    operationsPerSecond,
    ...macsPerSecond,
    ...wideMacsPerSecond,
  };
  for (const [name, rate] of Object.entries(rates)) {
    if (rate !== undefined) demand(rate > 0 && rate < Infinity, () => `${name} is ${rate}`);
  }
}
