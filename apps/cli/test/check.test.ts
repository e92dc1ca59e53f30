import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch, systole } from './support/systole.ts';
import { typed } from './support/typed.ts';

/** A pipe that is sound, or that works slower the later it is asked. */
function pipe(type: string, isSound: boolean): string {
  return `{
    contract: 1, type: '${type}', role: 'interconnect', summary: 'A pipe.', inMemory: 'none',
    parameters: {
      width: {
        form: { kind: 'integer', min: 1, max: 64, powerOfTwo: true }, help: 'bytes a cycle', fallback: 16, optional: false,
      },
    },
    presets: {}, reasons: {}, statistics: {}, actions: {}, citations: [],
    ports: { port: { help: 'an end', connections: 2 } },
    accepts: {
      transfer: {
        summary: 'moves', dims: {}, bytes: { min: 1, max: 1048576, help: 'bytes' }, pattern: false, formats: [],
      },
    },
    staticPower: () => 0, area: () => undefined, conflicts: () => [],
    facts: ({ width }) => ({ bandwidth: width * 1e9, minimumLatency: 1000, resources: 1 }),
    lowerBound: () => 1000,
    create({ host, values }) {
      let freeAt = 0;
      return {
        accept(token, { bytes }, chunk, chunks) {
          const piece = Math.floor((bytes * (chunk + 1)) / chunks) - Math.floor((bytes * chunk) / chunks);
          const phase = ${isSound ? '0' : 'host.now % 3900'};
          const start = Math.max(freeAt, host.now + phase);
          freeAt = start + Math.ceil(piece / values.width) * 1000;
          host.finish(token, start, freeAt + 1000, freeAt + 1000);
        },
        save: (now) => [Math.max(0, freeAt - now)],
        load: ([left = 0], now) => { freeAt = now + left; },
      };
    },
  }`;
}

function pluginFolder(...declarations: readonly string[]): string {
  const folder = scratch();
  mkdirSync(join(folder, 'pipes'));
  writeFileSync(
    join(folder, 'pipes/package.json'),
    '{ "name": "pipes", "version": "1.0.0", "type": "module", "exports": "./index.js" }\n',
  );
  writeFileSync(join(folder, 'pipes/index.js'), `export default [${declarations.join(', ')}];\n`);
  return folder;
}

describe('a sound', () => {
  it('component keeps every law', async () => {
    const { code, stdout, stderr } = await typed(['check', 'memory/sram', '--runs', '10']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/memory\/sram +component\/causality +held +10 +0/);
    expect(stdout).toContain('Not judged: component/fidelity (it has one level of detail): memory/sram');
    expect(stdout).toMatch(/Sound: 14 laws held\.\n$/);
  });

  it('memory that computes is judged with a unit that fits it', async () => {
    const { code, stdout } = await typed(['check', 'memory/nand', '--runs', '5']);
    expect(code).toBe(0);
    expect(stdout).toContain('memory/nand (with compute/flash-core)');
  });

  it('chip and each of its components keep every law, the unit in a memory together with it', async () => {
    const { code, stdout } = await typed(['check', 'pim-gpt', '--runs', '3', '--json']);
    const { subject, seed, isSound, checks } = JSON.parse(stdout);
    expect([code, subject, seed, isSound]).toEqual([0, 'pim-gpt', 1, true]);
    expect(checks.map(({ label }: { label: string }) => label)).toEqual([
      'dram + mac',
      'sram',
      'vector',
      'xbar',
      'pim-gpt',
    ]);
    const [dram] = checks;
    expect(dram.report.findings.every(({ refused }: { refused: number }) => refused === 0)).toBe(true);
  });

  it('chip in other formats than bf16 runs in those that it computes in', async () => {
    const args = [
      'check',
      'cambricon-llm-s',
      '--law',
      'chip/macs',
      '--law',
      'chip/more-channels',
      '--runs',
      '3',
    ];
    const { code, stdout } = await typed(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/cambricon-llm-s +chip\/macs +held +3 +0/);
    expect(stdout).toContain('Not judged: chip/more-channels (it has no memory that streams rows');
  });

  it('plugin has all of its components judged', () => {
    const folder = pluginFolder(pipe('acme/pipe', true), pipe('acme/other', true));
    for (const what of ['./pipes', 'pipes', 'pipes/index.js']) {
      const { code, stdout, stderr } = systole(
        ['check', what, '--law', 'component/origin', '--runs', '5'],
        folder,
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/acme\/pipe +component\/origin +held/);
      expect(stdout).toMatch(/acme\/other +component\/origin +held/);
    }
  });
});

describe('a broken plugin', () => {
  const folder = pluginFolder(pipe('acme/pipe', true), pipe('acme/late', false));

  it('ends with 1, with the smallest case and the command that runs it again', () => {
    const { code, stdout, stderr } = systole(['check', './pipes', '--runs', '30'], folder);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/acme\/late +component\/origin +BROKEN/);
    expect(stdout).toMatch(/acme\/pipe +component\/origin +held/);
    expect(stdout).toMatch(/Not sound: \d+ of 28 laws are broken\.\n$/);

    const [, section = ''] = stdout.split('BROKEN  component/origin of acme/late\n');
    const command = /Run it again:\n {4}systole (.*)\n/.exec(section)?.[1] ?? '';
    const words = command.split(' ');
    expect(words.slice(0, 6)).toEqual([
      'check',
      './pipes',
      '--law',
      'component/origin',
      '--component',
      'acme/late',
    ]);

    const again = systole(words, folder);
    expect(again.code).toBe(1);
    // The same case, the same cause and the same files, at the first try.
    const [, repeated = ''] = again.stdout.split('BROKEN  component/origin of acme/late\n');
    expect(repeated.split('Not sound')[0]).toBe(section.split(/BROKEN|Not sound/)[0]);
    expect(again.stdout).toMatch(/acme\/late +component\/origin +BROKEN +1 +0/);

    const chip = /chip\.yaml\n((?: {4}.*\n)+)/.exec(section)?.[1]?.replaceAll(/^ {4}/gm, '') ?? '';
    writeFileSync(join(folder, 'smallest.yaml'), chip);
    const described = systole(['describe', 'smallest.yaml', '--plugin', './pipes'], folder);
    expect([described.code, described.stderr]).toEqual([0, '']);
    expect(described.stdout).toContain('acme/late');

    const tasks = /tasks\.json\n((?: {4}.*\n)+)/.exec(section)?.[1] ?? '';
    const { stretches, drawn } = JSON.parse(tasks);
    expect(stretches).toMatchObject([[{ chunks: 1, stages: [{ transaction: { bytes: 1 } }] }]]);
    expect(drawn.origin).toBeGreaterThan(0);
  });

  it('is the same as JSON each time', () => {
    const args = ['check', './pipes', '--law', 'component/origin', '--seed', '9', '--json'];
    const first = systole(args, folder);
    expect(first.code).toBe(1);
    expect(systole(args, folder).stdout).toBe(first.stdout);
    const { isSound, checks } = JSON.parse(first.stdout);
    expect(isSound).toBe(false);
    const late = checks.find(({ component }: { component: string }) => component === 'acme/late');
    expect(late.broken[0].finding).toMatchObject({ law: 'component/origin', outcome: 'broken', seed: 9 });
    expect(late.broken[0].replay).toContain('--seed 9 --path ');
  });

  it('is judged by type when it is loaded beside', () => {
    const args = ['check', 'acme/late', '--plugin', './pipes', '--law', 'component/origin'];
    const { code, stdout } = systole(args, folder);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'systole check acme/late --plugin ./pipes --law component/origin --seed 1 --path ',
    );
  });
});

describe('systole check --list', () => {
  it('says every law with its scope and its exceptions', async () => {
    const { code, stdout } = await typed(['check', '--list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^component\/splitting\n {2}Two halves.*\n {2}scope: .*\n {2}exception: /m);
    const laws = JSON.parse((await typed(['check', '--list', '--json'])).stdout);
    for (const { id } of laws) expect(stdout).toContain(`${id}\n  `);
  });
});

describe('who asks for what cannot be checked', () => {
  it.each([
    [['check'], 'nothing was named', '--list'],
    [['check', 'pim-gtp'], 'Did you mean "pim-gpt"?'],
    [['check', 'memory/dra'], 'Did you mean "memory/dram"?'],
    [['check', './nowhere'], 'there is no chip "./nowhere"'],
    [['check', '@acme/nowhere'], '[plugin/not-found]'],
    [['check', 'pim-gpt', '--law', 'component/orgin'], 'Did you mean "component/origin"?'],
    [['check', 'memory/sram', '--law', 'chip/macs'], 'none of these laws', 'systole check --list'],
    [['check', 'pim-gpt', '--component', 'dra'], 'Did you mean "dram"?'],
    [['check', 'pim-gpt', '--runs', '0'], '--runs takes a whole number from 1 on'],
    [['check', 'pim-gpt', '--seed', '-1'], '--seed takes a whole number'],
    [['check', 'pim-gpt', '--seed', '2147483648'], '--seed takes a whole number below 2^31'],
    [['check', 'memory/sram', '--law', 'component/origin', '--path', '1:x'], '--path takes numbers'],
    [['check', 'memory/sram', '--path', '1'], 'Give the one --law'],
    [
      ['check', 'memory/sram', '--law', 'component/origin', '--path', '0:999999'],
      'leads to no case of component/origin',
    ],
    [['check', 'pim-gpt', '--law', 'component/origin', '--path', '1'], '--component dram'],
  ])('%j ends with 2, and is told what to do', async (args, ...words) => {
    const { code, stdout, stderr } = await typed(args);
    expect([code, stdout]).toEqual([2, '']);
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

it('the generators of the laws are no part of what every command loads', () => {
  const bundle = readFileSync(new URL('../dist/systole.js', import.meta.url), 'utf8');
  expect(bundle).not.toContain('maxSkipsPerRun');
});
