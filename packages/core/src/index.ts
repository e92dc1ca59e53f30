export { createCatalogue } from './catalogue.ts';
export type { Catalogue, ComponentPackage } from './catalogue.ts';
export { COMPONENT_ROLES, CONTRACT, defineComponent } from './component.ts';
export type {
  ActionForm,
  CommandOverheads,
  ComponentDeclaration,
  ComponentDefinition,
  ComponentRole,
  Facts,
  ModelContext,
  ParameterConflict,
  PortForm,
  Preset,
} from './component.ts';
export { formatProblem, nearestName, suggestName, SystoleError } from './errors.ts';
export type { ErrorCode, Place, Problem } from './errors.ts';
export { ClockDomain } from './clock.ts';
export { EventQueue } from './event-queue.ts';
export { ExactTotals } from './exact-total.ts';
export { createLayout } from './layout.ts';
export type { Column, Layout, Part } from './layout.ts';
export { Machine } from './machine.ts';
export type { MachineOptions, Recorder, RunOptions } from './machine.ts';
export { ModelFault } from './model-fault.ts';
export type { ComponentModel, Host, SegmentConsumer, Token } from './model.ts';
export { adoptComponents, adoptEach, throwAll } from './plugin/adopt-components.ts';
export type { Look, PluginOrigin } from './plugin/adopt-components.ts';
export { checkDeclaration } from './plugin/check-declaration.ts';
export { inspectParameters } from './plugin/check-parameters.ts';
export { messageOf } from './plugin/copy-plain.ts';
export { runForeign } from './plugin/guard.ts';
export { Inspection, isEntries, keysOf } from './plugin/inspection.ts';
export { PluginFault } from './plugin/plugin-fault.ts';
export type { Culprit } from './plugin/plugin-fault.ts';
export { baseUnit, describeForm, formatParameter, param, readParameter, show } from './parameter.ts';
export type {
  Parameter,
  ParameterKind,
  ParameterResult,
  ParameterSpecs,
  ParameterValue,
  Values,
} from './parameter.ts';
export { CONFIDENCES } from './source.ts';
export type { Confidence, Source } from './source.ts';
export { NumberLists } from './number-lists.ts';
export { copyTally } from './tally.ts';
export type { Tally } from './tally.ts';
export type { Stage, Task } from './task.ts';
export { share } from './transaction.ts';
export type { AccessPattern, DimensionForm, Transaction, TransactionForm } from './transaction.ts';
