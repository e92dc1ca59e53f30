import { dataJson } from '../json.ts';
import type { ValidationReport } from './validation-report.ts';

/** A validation as JSON; all but `rates` is the same to the byte each time. */
export function validationJson(report: ValidationReport): string {
  return dataJson(report, 'validation');
}
