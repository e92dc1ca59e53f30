import { readParameter, show, SystoleError } from '@systole/core';
import type { Catalogue, ComponentDeclaration, Problem } from '@systole/core';
import { isKey, isName, suggest } from './form.ts';
import { unknownParameter } from './settings.ts';
import type { ChipSpec, MappingSpec, Scalar } from './spec.ts';
import { vary } from './vary.ts';
import type { ComponentDraft } from './vary.ts';

/**
 * A chip with one value set from outside, as `--set components.dram.channels=16` does. The figure becomes
 * `{ value, override: true }` and loses its source: what the author cited spoke of another value. The other keys that
 * may be set are `components.<name>.preset`, `components.<name>.detail`, `clock`, `mapping` (the name of one) and
 * `mapping.<option>`.
 *
 * @param written as a chip file would write it; digits, `true` and `false` are read as such where the parameter asks.
 * @throws SystoleError at `path`: `chip/unknown-component` and `chip/unknown-key` with the nearest name, the code of
 * the parameter for a value that it does not take, `chip/missing-reference` for an unknown preset. What is only
 * wrong together with other values is found when the chip is resolved.
 */
export function setParameter(spec: ChipSpec, path: string, written: string, catalogue: Catalogue): ChipSpec {
  const fail = (problem: Problem): SystoleError => new SystoleError({ place: { path }, ...problem });
  const [head, ...rest] = path.split('.');
  const [first, second] = rest;
  if (head === 'clock' && first === undefined) {
    return vary(spec, (draft) => {
      draft.clock = written;
    });
  }
  if (head === 'mapping' && rest.length <= 1) return setMapping(spec, first, written, fail);
  if (head === 'components' && first !== undefined && second !== undefined && rest.length === 2) {
    return setInComponent(spec, first, second, written, catalogue, fail);
  }
  throw fail({
    code: 'chip/unknown-key',
    message: `${show(path)} is nothing that can be set`,
    hint: pathHint(spec, head ?? ''),
  });
}

type Fail = (problem: Problem) => SystoleError;

function pathHint(spec: ChipSpec, head: string): string {
  return Object.hasOwn(spec.components, head)
    ? `A parameter of that component is written components.${head}.<parameter>.`
    : 'Write components.<component>.<parameter>, clock, mapping or mapping.<option>.';
}

function setMapping(spec: ChipSpec, option: string | undefined, written: string, fail: Fail): ChipSpec {
  if (option === undefined || option === 'name') {
    if (!isName(written)) {
      throw fail({ code: 'chip/invalid', message: `${show(written)} cannot be the name of a mapping` });
    }
    // The options of one mapping mean nothing to another.
    return vary(spec, (draft) => {
      draft.mapping = written;
    });
  }
  if (!isKey(option)) {
    throw fail({ code: 'chip/unknown-key', message: `${show(option)} cannot be the name of an option` });
  }
  const { mapping = 'auto' } = spec;
  const current: MappingSpec = typeof mapping === 'string' ? { name: mapping } : mapping;
  return vary(spec, (draft) => {
    draft.mapping = { ...current, [option]: toScalar(written) };
  });
}

function setInComponent(
  spec: ChipSpec,
  name: string,
  key: string,
  written: string,
  catalogue: Catalogue,
  fail: Fail,
): ChipSpec {
  const component = Object.hasOwn(spec.components, name) ? spec.components[name] : undefined;
  if (component === undefined) {
    throw fail({
      code: 'chip/unknown-component',
      message: `the chip "${spec.name}" has no component ${show(name)}`,
      hint: suggest(name, Object.keys(spec.components)),
    });
  }
  const declaration = catalogue.find(component.type, { path: `components.${name}.type` });
  const set = (change: (draft: ComponentDraft) => void): ChipSpec =>
    vary(spec, (draft) => {
      const target = draft.components[name];
      if (target !== undefined) change(target);
    });

  if (key === 'preset') {
    refuseUnknownPreset(declaration, written, fail);
    return set((draft) => {
      draft.preset = written;
    });
  }
  if (key === 'detail') {
    if (written !== 'fast' && written !== 'detailed') {
      throw fail({ code: 'chip/invalid', message: `expected fast or detailed, found ${show(written)}` });
    }
    return set((draft) => {
      draft.detail = written;
    });
  }
  if (key === 'type' || key === 'attach') {
    throw fail({
      code: 'chip/unknown-key',
      message: `${key} is what the chip is made of and cannot be set from outside`,
      hint: 'Write another chip file.',
    });
  }
  const parameter = Object.hasOwn(declaration.parameters, key) ? declaration.parameters[key] : undefined;
  if (parameter === undefined) {
    const { message, hint } = unknownParameter(key, declaration);
    throw fail({ code: 'chip/unknown-key', message, hint: hint() });
  }
  const result = readParameter(parameter, written);
  if (!result.ok) throw fail({ code: result.code, message: result.message, hint: result.hint });
  // Quantities keep their text; whole numbers and flags become what a chip file would hold.
  const value = parameter.form.kind === 'quantity' ? written : result.value;
  return set((draft) => {
    draft[key] = { value, override: true };
  });
}

function refuseUnknownPreset(declaration: ComponentDeclaration, preset: string, fail: Fail): void {
  if (Object.hasOwn(declaration.presets, preset)) return;
  throw fail({
    code: 'chip/missing-reference',
    message: `${declaration.type} has no preset ${show(preset)}`,
    hint: suggest(preset, Object.keys(declaration.presets)),
  });
}

/** An option as YAML would read it; the mapping that it is for checks it. */
function toScalar(written: string): Scalar {
  if (written === 'true' || written === 'false') return written === 'true';
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(written) ? Number(written) : written;
}
