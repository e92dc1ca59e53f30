import { describeForm, readParameter, show } from '@systole/core';
import type { ComponentDeclaration, Parameter, ParameterValue, Source } from '@systole/core';
import type { DocumentPath } from '@systole/document';
import { loadingHint } from './code-hint.ts';
import type { Findings } from './findings.ts';
import { isMapping, isName, own, suggest } from './form.ts';
import { RESERVED_KEYS } from './spec.ts';
import type { ComponentSpec, Figure, Scalar } from './spec.ts';

/** Who said a value: the declaration, one of its presets, the chip, or somebody from outside (`--set`). Later wins. */
export type Layer = 'default' | 'preset' | 'chip' | 'override';

/** The value of a parameter, and how it came about. */
export interface Setting {
  /** In base units; `undefined` for an optional parameter that nobody set. */
  readonly value: ParameterValue | undefined;
  readonly layer: Layer;
  /** As it was written; a default is not written anywhere. */
  readonly written?: Scalar;
  /** Where the figure comes from, where that is stated. */
  readonly source?: Source;
  /** The preset that said so, for the layer `preset`. */
  readonly preset?: string;
}

/** The settings of one component by parameter, in the order of its declaration. */
export type Settings = Readonly<Record<string, Setting>>;

const RESERVED: ReadonlySet<string> = new Set(RESERVED_KEYS);

/** Where a chip file writes a parameter: `detail` is a key of its own, every other one stands under its name. */
function isWritable(parameter: string): boolean {
  return parameter === 'detail' || !RESERVED.has(parameter);
}

/**
 * Merges default, presets in their order, and the chip's own values for one component. Says what is wrong in
 * `findings`; a parameter that is wrong, or required and missing, has no setting.
 */
export function resolveSettings(
  component: ComponentSpec,
  declaration: ComponentDeclaration,
  citations: Readonly<Record<string, string>>,
  path: DocumentPath,
  findings: Findings,
): Settings {
  refuseUnknownParameters(component, declaration, path, findings);
  refuseMissingLevel(component, declaration, path, findings);
  const preset = presetSettings(component, declaration, path, findings);

  const settings: Record<string, Setting> = {};
  for (const [name, parameter] of Object.entries(declaration.parameters)) {
    const written = isWritable(name) ? own(component, name) : undefined;
    if (written !== undefined) {
      const setting = readSetting(written, parameter, citations, [...path, name], findings);
      if (setting !== undefined) settings[name] = setting;
      continue;
    }
    const setting = preset.get(name) ?? defaultSetting(parameter);
    if (setting.value !== undefined || parameter.optional) settings[name] = setting;
    else if (!preset.has(name) && !findings.concern([...path, name])) {
      refuseMissing(name, parameter, declaration, path, findings);
    }
  }
  return settings;
}

/** Says of a key that the component's type has no such parameter, with the nearest that it has. */
export function unknownParameter(
  key: string,
  declaration: ComponentDeclaration,
): { readonly message: string; readonly hint: () => string } {
  return {
    message: `${declaration.type} has no parameter ${show(key)}`,
    hint: () => loadingHint(key) ?? suggest(key, [...Object.keys(declaration.parameters), ...RESERVED_KEYS]),
  };
}

function refuseUnknownParameters(
  component: ComponentSpec,
  declaration: ComponentDeclaration,
  path: DocumentPath,
  findings: Findings,
): void {
  for (const key of Object.keys(component)) {
    if (RESERVED.has(key) || Object.hasOwn(declaration.parameters, key)) continue;
    findings.add({
      code: 'chip/unknown-key',
      path: [...path, key],
      atKey: true,
      ...unknownParameter(key, declaration),
    });
  }
}

// A type with several levels of detail declares a choice named `detail`; any other has the fast level alone.
function refuseMissingLevel(
  component: ComponentSpec,
  declaration: ComponentDeclaration,
  path: DocumentPath,
  findings: Findings,
): void {
  if (component.detail !== 'detailed' || Object.hasOwn(declaration.parameters, 'detail')) return;
  findings.add({
    code: 'chip/invalid',
    path: [...path, 'detail'],
    message: `${declaration.type} has no detailed level`,
    hint: 'Write detail: fast, or leave it out.',
  });
}

/** Of each parameter that a preset sets, the setting of the last that does; without a value when it is a bad one. */
function presetSettings(
  component: ComponentSpec,
  declaration: ComponentDeclaration,
  path: DocumentPath,
  findings: Findings,
): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  const seen = new Set<string>();
  const isList = Array.isArray(component.preset);
  for (const [index, name] of presetNames(component).entries()) {
    const at = isList ? [...path, 'preset', index] : [...path, 'preset'];
    const preset = Object.hasOwn(declaration.presets, name) ? declaration.presets[name] : undefined;
    if (preset === undefined) {
      findings.add({
        code: 'chip/missing-reference',
        path: at,
        message: `${declaration.type} has no preset ${show(name)}`,
        hint: () => suggest(name, Object.keys(declaration.presets)),
      });
      continue;
    }
    if (seen.has(name)) {
      findings.add({ code: 'chip/duplicate', path: at, message: `the preset ${show(name)} is there twice` });
      continue;
    }
    seen.add(name);
    for (const [key, written] of Object.entries(preset.values)) {
      const parameter = Object.hasOwn(declaration.parameters, key) ? declaration.parameters[key] : undefined;
      const result = parameter === undefined ? undefined : readParameter(parameter, written);
      const wrong = result === undefined ? 'there is no such parameter' : result.ok ? '' : result.message;
      if (wrong !== '') {
        findings.add({
          code: 'plugin/invalid',
          path: at,
          message: `the preset ${show(name)} of ${declaration.type} is wrong: ${key}: ${wrong}`,
          hint: 'This is a mistake in the package that declares the component.',
        });
      }
      settings.set(key, {
        value: result?.ok === true ? result.value : undefined,
        layer: 'preset',
        written,
        source: preset.source,
        preset: name,
      });
    }
  }
  return settings;
}

/** The presets of a component as a list. */
export function presetNames(component: ComponentSpec): readonly string[] {
  const { preset } = component;
  if (preset === undefined) return [];
  return typeof preset === 'string' ? [preset] : preset;
}

function defaultSetting(parameter: Parameter): Setting {
  return {
    value: parameter.fallback,
    layer: 'default',
    ...(parameter.source === undefined ? {} : { source: parameter.source }),
  };
}

function refuseMissing(
  name: string,
  parameter: Parameter,
  declaration: ComponentDeclaration,
  path: DocumentPath,
  findings: Findings,
): void {
  const presets = Object.keys(declaration.presets).filter((preset) =>
    Object.hasOwn(declaration.presets[preset]?.values ?? {}, name),
  );
  const shown = presets.slice(0, 6).join(', ');
  findings.add({
    code: 'parameter/required',
    path: [...path, name],
    message: `${declaration.type} needs ${name}: ${parameter.help}`,
    hint:
      `Expected ${describeForm(parameter.form)}.` +
      (shown === '' ? '' : ` These presets set it: ${shown}${presets.length > 6 ? ', …' : ''}.`),
  });
}

function readSetting(
  written: unknown,
  parameter: Parameter,
  citations: Readonly<Record<string, string>>,
  path: DocumentPath,
  findings: Findings,
): Setting | undefined {
  // The form has been checked: what is a mapping is a figure, and what is neither is a scalar.
  const figure = isMapping(written) ? (written as Readonly<Partial<Figure>>) : undefined;
  const scalar = figure === undefined ? written : figure.value;
  const result = readParameter(parameter, scalar);
  const source = figure === undefined ? undefined : readSource(figure, citations, path, findings);
  if (!result.ok) {
    const { code, message, hint } = result;
    findings.add({ code, message, hint, path: figure === undefined ? path : [...path, 'value'] });
    return undefined;
  }
  return {
    value: result.value,
    layer: figure?.override === true ? 'override' : 'chip',
    written: typeof scalar === 'boolean' || typeof scalar === 'number' ? scalar : String(scalar),
    ...(source === undefined ? {} : { source }),
  };
}

/** A source that is a single lower-case word refers to the chip's citations; anything else is the citation itself. */
function readSource(
  figure: Readonly<Partial<Figure>>,
  citations: Readonly<Record<string, string>>,
  path: DocumentPath,
  findings: Findings,
): Source | undefined {
  const { source, confidence, note } = figure;
  if (source === undefined && confidence === undefined && note === undefined) return undefined;
  let text = source ?? 'the chip specification';
  if (source !== undefined && isName(source)) {
    const cited = Object.hasOwn(citations, source) ? citations[source] : undefined;
    if (cited === undefined) {
      findings.add({
        code: 'chip/missing-reference',
        path: [...path, 'source'],
        message: `there is no citation ${show(source)}`,
        hint: () => suggest(source, Object.keys(citations)),
      });
      return undefined;
    }
    text = cited;
  }
  // Nobody has said how good the figure is, so it is one that is still to be checked.
  return { source: text, confidence: confidence ?? 'recalled', ...(note === undefined ? {} : { note }) };
}
