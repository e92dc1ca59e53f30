export { adoptMappings } from './adopt-mappings.ts';
export { auto } from './auto/auto.ts';
export { cambriconHybrid } from './cambricon-hybrid/cambricon-hybrid.ts';
export { createMappings, defineMapping, MAPPING_CONTRACT, readOptions } from './mapping.ts';
export type {
  MappedTask,
  MappingCatalogue,
  MappingDeclaration,
  MappingPackage,
  OperatorAlternative,
  OperatorDecision,
  Plan,
  Stretch,
} from './mapping.ts';
export { inDependencyOrder, OPERATOR_KINDS } from './operators.ts';
export { checkCapacity } from './placement.ts';
export type { Placement } from './placement.ts';
export type { Plugin } from './plugin.ts';
export { PipelineBuilder } from './pipeline.ts';
export type { StageOptions } from './pipeline.ts';
export { pimGpt } from './pim-gpt/pim-gpt.ts';
export { planTiers, TIER_POLICIES } from './tiers/tier-plan.ts';
export type {
  Migration,
  Tier,
  TierDemand,
  TierPlan,
  TierPolicy,
  TierShare,
  TierShortage,
} from './tiers/tier-plan.ts';
export type { TierContents, TierOccupancy, TierReport, TierTransfer } from './tiers/tier-report.ts';
export { weightStationary } from './weight-stationary/weight-stationary.ts';
export { bytesOf, findBuffer, findInMemoryDevice, findUnit } from './units.ts';
export type { InMemoryDevice } from './units.ts';
