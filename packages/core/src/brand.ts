/**
 * Whether an object is marked as one of a class. Two copies of a package have two classes of one name; a mark out of the
 * symbols that all copies share tells that both are meant.
 */
export function isBranded(value: unknown, brand: symbol): boolean {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return Reflect.get(value, brand) === true;
  } catch {
    // An object whose traps throw is none of ours.
    return false;
  }
}

/** What `instanceof` says without a mark: for classes that extend a marked one. */
export function isInstance(value: unknown, type: { readonly prototype: object }): boolean {
  return (
    typeof value === 'object' && value !== null && Object.prototype.isPrototypeOf.call(type.prototype, value)
  );
}
