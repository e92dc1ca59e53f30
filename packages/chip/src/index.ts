export { canonicalJson, chipHash, contentHash } from './chip-hash.ts';
export { defineChip } from './define-chip.ts';
export { describeChip } from './describe-chip.ts';
export type {
  ChipDescription,
  ChipTotals,
  PartDescription,
  QuantityDescription,
  SettingDescription,
} from './describe-chip.ts';
export { describeComponent, describeFacts } from './describe-component.ts';
export type { ComponentDescription, FactDescription, ParameterDescription } from './describe-component.ts';
export type { Places } from './findings.ts';
export { chipJsonSchema } from './json-schema.ts';
export type { JsonSchema } from './parameter-schema.ts';
export { locateError, placesWithout } from './locate-error.ts';
export { loadChip, parseChip } from './parse-chip.ts';
export type { PortRange } from './ports.ts';
export { resolveChip } from './resolve-chip.ts';
export type { ChosenMapping, ResolvedChip, ResolvedPart } from './resolved-chip.ts';
export type { Hop } from './router.ts';
export { setParameter } from './set-parameter.ts';
export type { Layer, Setting, Settings } from './settings.ts';
export { CHIP_FORMAT } from './spec.ts';
export type {
  ChipInput,
  ChipSpec,
  ComponentSpec,
  ConnectionSpec,
  Figure,
  MappingSpec,
  Scalar,
  Written,
} from './spec.ts';
export { applyPatches, componentOf, vary, varyWithPatches } from './vary.ts';
export type { ChipDraft, ChipPatch, ComponentDraft, Recipe } from './vary.ts';
export type { Connection, ConnectionEnd } from './wiring.ts';
