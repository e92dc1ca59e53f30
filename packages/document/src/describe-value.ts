const MAX_SHOWN = 40;

/** Says in plain English what a value of a document is: `"many"`, `12`, `nothing`, `a list of 3`, `a mapping`. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') {
    const shown = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
    return JSON.stringify(shown);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  return 'a mapping';
}

const EXPECTATIONS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  undefined: 'nothing',
  never: 'nothing',
  array: 'a list',
  tuple: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  nonoptional: 'a value',
};

/** Says in plain English what kind of value a schema asks for, by zod's name of the kind. */
export function describeExpectation(kind: string): string {
  return EXPECTATIONS[kind] ?? kind;
}
