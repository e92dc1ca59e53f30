const TYPE = /^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9-]{0,63}$/;

/** Whether a value can be the type of a component: `family/name`, in lower case. */
export function isType(value: unknown): value is string {
  return typeof value === 'string' && TYPE.test(value);
}
