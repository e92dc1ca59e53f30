/**
 * The path of `target` seen from the file `from`, both relative to one folder and with `/` between names; `undefined`
 * when it is absolute, leads out of the folder, or is no path that means the same on every system.
 */
export function resolveInside(from: string, target: string): string | undefined {
  // A backslash, a colon (drive, scheme, stream) or a control character means different things on different systems.
  const isPlain = [...target].every((character) => character >= ' ' && !'\\:'.includes(character));
  if (!isPlain || target === '' || target.startsWith('/')) return undefined;
  const steps = from.split('/').slice(0, -1);
  for (const step of target.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return undefined;
  }
  return steps.length === 0 || steps.includes('..') ? undefined : steps.join('/');
}
