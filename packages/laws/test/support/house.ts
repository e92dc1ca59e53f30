/** A package or an app of the workspace, as far as the rules of the house look at it. */
export interface Room {
  /** Without the scope: `core`. */
  readonly name: string;
  readonly isApp: boolean;
  readonly hasReadme: boolean;
  /** Text of every file under `src`, by its path there. */
  readonly sources: Readonly<Record<string, string>>;
  /** What package.json depends on to run, and the entries that it exports. */
  readonly dependencies: readonly string[];
  readonly exports: readonly string[];
  /** Names of the rooms that tsconfig.json refers to. */
  readonly references: readonly string[];
}

const SCOPE = '@systole/';
const MODELS = ['memory', 'compute', 'interconnect'];

/** Who may import whom: the arrows of the house point one way. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  units: [],
  numerics: [],
  core: ['units'],
  document: ['core'],
  memory: ['units', 'numerics', 'core'],
  compute: ['units', 'numerics', 'core'],
  interconnect: ['units', 'numerics', 'core'],
  trace: ['units', 'numerics', 'core', 'document'],
  chip: ['units', 'core', 'document'],
  mapping: ['units', 'numerics', 'core', 'trace', 'chip'],
  replay: ['units', 'numerics', 'core', 'trace', 'chip', 'mapping'],
  report: ['units', 'core', 'document', 'chip', 'replay'],
  laws: ['units', 'numerics', 'core', 'document', ...MODELS, 'trace', 'chip', 'mapping', 'replay'],
};

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([@.\w][\w@./:-]*)'/gu;
const COMMENT = /\/\*[^]*?\*\/|^\s*\/\/.*$/gmu;
const RE_EXPORT = /^export (?:type )?\{[^}]*\} from '\.\/[^']+';$/u;
const IMPRECISE =
  /\bMath\.(?:random|exp|expm1|pow|log|log2|log10|log1p)\b|\bnew Date\b|\bDate\.|\bperformance\./u;

/** What a file imports, in the order in which it does. */
export function importsOf(text: string): readonly string[] {
  return [...text.replaceAll(COMMENT, '').matchAll(IMPORT)].map(([, name = '']) => name);
}

/** Every rule that is broken, as lines that say where. */
export function violationsOf(rooms: readonly Room[]): readonly string[] {
  return rooms.flatMap((room) => [
    ...brokenArrows(room, rooms),
    ...unequalDependencies(room),
    ...unfitSources(room),
    ...(room.isApp || room.hasReadme ? [] : [`${room.name}: there is no README.md`]),
    ...(room.isApp || Object.hasOwn(room.sources, 'index.ts')
      ? []
      : [`${room.name}: there is no src/index.ts`]),
  ]);
}

function brokenArrows(room: Room, rooms: readonly Room[]): readonly string[] {
  const allowed = room.isApp
    ? rooms.filter(({ isApp }) => !isApp).map(({ name }) => name)
    : ARROWS[room.name];
  if (allowed === undefined) return [`${room.name}: the house does not say what it may import`];
  const found: string[] = [];
  for (const [path, text] of Object.entries(room.sources)) {
    for (const name of importsOf(text)) {
      const where = `${room.name}/src/${path} imports ${name}`;
      if (name.startsWith('.')) {
        const depth = path.split('/').length - 1;
        const climbs = name.split('/').filter((part) => part === '..').length;
        if (climbs > depth) found.push(`${where}, which is outside of its package`);
        if (!name.endsWith('.ts') && !name.endsWith('.json')) found.push(`${where} without its extension`);
      } else if (name.startsWith(SCOPE)) {
        const [target = '', ...rest] = name.slice(SCOPE.length).split('/');
        if (!allowed.includes(target)) found.push(`${where}, against the arrows of the house`);
        const entry = ['.', ...rest].join('/');
        const other = rooms.find((candidate) => candidate.name === target);
        if (other !== undefined && !other.exports.includes(entry))
          found.push(`${where}, which it does not export`);
      }
    }
  }
  return found;
}

/** The name of the npm package that an import is of; nothing for what Node has and for the room's own files. */
function packageOf(name: string): readonly string[] {
  if (name.startsWith('.') || name.startsWith('node:')) return [];
  return [
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/'),
  ];
}

function unequalDependencies(room: Room): readonly string[] {
  const imported = new Set(Object.values(room.sources).flatMap((text) => importsOf(text).flatMap(packageOf)));
  const { name, dependencies, references } = room;
  const own = (names: Iterable<string>): readonly string[] =>
    [...names].filter((one) => one.startsWith(SCOPE)).map((one) => one.slice(SCOPE.length));
  const needed = own(imported);
  return [
    ...[...imported]
      .filter((one) => !dependencies.includes(one))
      .map((one) => `${name}: package.json lacks ${one}`),
    ...dependencies
      .filter((one) => !imported.has(one))
      .map((one) => `${name}: package.json names ${one}, which is not imported`),
    ...needed.filter((one) => !references.includes(one)).map((one) => `${name}: tsconfig.json lacks ${one}`),
    ...references
      .filter((one) => !needed.includes(one))
      .map((one) => `${name}: tsconfig.json refers to ${one}, which is not imported`),
  ];
}

function unfitSources({ name, isApp, sources }: Room): readonly string[] {
  const found: string[] = [];
  const isModel = [...MODELS, 'core'].includes(name);
  for (const [path, text] of Object.entries(sources)) {
    const where = `${name}/src/${path}`;
    if (/^export \*/mu.test(text)) found.push(`${where} exports everything of another file`);
    if (!isApp && (path === 'index.ts' || path.endsWith('/index.ts'))) {
      const statements = text.replaceAll(COMMENT, '').split(/(?<=;)\n/u);
      for (const statement of statements) {
        const line = statement.trim().replaceAll(/\s+/gu, ' ');
        if (line !== '' && !RE_EXPORT.test(line))
          found.push(`${where} is more than a list of names: ${line.slice(0, 40)}`);
      }
    }
    if (name === 'core' && /\bbanks?\b/iu.test(text)) found.push(`${where} knows of banks`);
    const imprecise = isModel ? IMPRECISE.exec(text.replaceAll(COMMENT, ''))?.[0] : undefined;
    if (imprecise !== undefined)
      found.push(`${where} uses ${imprecise}, which differs between machines or runs`);
  }
  return found;
}
