export { compareCsv } from './compare-csv.ts';
export { compareJson } from './compare-json.ts';
export { compareText } from './compare-text.ts';
export { describeChipText } from './describe-chip-text.ts';
export { describeComponentText } from './describe-component-text.ts';
export { describeText } from './describe-text.ts';
export { movedBy } from './diff/change.ts';
export type { Change } from './diff/change.ts';
export { diffCsv } from './diff/diff-csv.ts';
export { diffJson } from './diff/diff-json.ts';
export { diffText } from './diff/diff-text.ts';
export type { InputDifference } from './diff/input-differences.ts';
export { diffResults, movedTotals } from './diff/result-diff.ts';
export type { ResultDiff } from './diff/result-diff.ts';
export { signedPercent } from './format.ts';
export { listText } from './list-text.ts';
export type { ListRow } from './list-text.ts';
export { memoryCsv } from './memory/memory-csv.ts';
export { memoryJson } from './memory/memory-json.ts';
export type {
  MemoryLatency,
  MemoryPlaces,
  MemoryProtocol,
  MemoryReason,
  MemoryRun,
  MemoryRunEnergy,
} from './memory/memory-run.ts';
export { memoryText } from './memory/memory-text.ts';
export type { ExactnessReport, ExactnessRow } from './numerics/exactness.ts';
export { exactnessJson, exactnessText } from './numerics/exactness-text.ts';
export type {
  ConvertedNeighbour,
  NumberConversion,
  NumberConversions,
} from './numerics/number-conversion.ts';
export {
  numberConversionCsv,
  numberConversionJson,
  numberConversionText,
} from './numerics/number-conversion-text.ts';
export type { FormatError, NumberErrors, TensorFormats } from './numerics/number-errors.ts';
export { numberErrorsCsv, numberErrorsJson, numberErrorsText } from './numerics/number-errors-text.ts';
export type {
  CodeField,
  CodeRow,
  FormatDescription,
  FormatRange,
  NumberFormatTable,
  NumberText,
} from './numerics/number-format-table.ts';
export { numberFormatCsv, numberFormatJson, numberFormatText } from './numerics/number-format-text.ts';
export { reportText } from './report-text.ts';
export type { ReportTextOptions } from './report-text.ts';
export { resultCsv } from './result-csv.ts';
export { resultJson } from './result-json.ts';
export { roofline } from './roofline.ts';
export type { BandwidthRoof, ComputeRoof, Roofline, RooflinePoint } from './roofline.ts';
export type { ComparedRun, LabelledResult, RefusedRun } from './run.ts';
export { timelineJson } from './timeline-json.ts';
export type { ColourOptions } from './text/style.ts';
export { summariseCases } from './validation/summarise.ts';
export type { ValidationGroup } from './validation/summarise.ts';
export { validationJson } from './validation/validation-json.ts';
export type {
  ValidationBound,
  ValidationCase,
  ValidationReport,
  ValidationRow,
} from './validation/validation-report.ts';
export { validationText } from './validation/validation-text.ts';
