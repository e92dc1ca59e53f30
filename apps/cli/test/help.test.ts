import { describe, expect, it } from 'vitest';
import { filesOf, folderWith, GPT2 } from './support/files.ts';
import { scratch, systole } from './support/systole.ts';
import { typed } from './support/typed.ts';

const COMMANDS = [
  'run',
  'compare',
  'diff',
  'list',
  'describe',
  'memory',
  'trace',
  'validate',
  'check',
  'new',
] as const;

describe('help', () => {
  it('names every command, and the exit codes', async () => {
    const { code, stdout, stderr } = await typed(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('Exit codes: 0 done, 1 a check failed, 2 bad input, 3 a fault of ours.');
  });

  it.each([
    ...COMMANDS.map((command) => [command]),
    ['trace', 'make'],
    ['trace', 'inspect'],
    ['new', 'component'],
    ['new', 'chip'],
    ['new', 'mapping'],
  ])('gives examples: %s %s', async (...words) => {
    const path = words.filter((word) => word !== undefined);
    const { code, stdout, stderr } = await typed([...path, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Examples:\n {2}systole /);
    expect(stdout).toContain(`systole ${path.join(' ')}`);
    expect(await typed(['help', ...path.slice(0, 1)])).toMatchObject({ code: 0 });
  });

  it('says its version', async () => {
    expect((await typed(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('who types something else', () => {
  it.each([
    [[], 'Usage: systole'],
    [['trace'], 'Usage: systole trace'],
    [['rnu', 'pim-gpt', 'gpt2-xl'], "unknown command 'rnu'", 'Did you mean run?'],
    [['trace', 'mak'], "unknown command 'mak'", 'Did you mean make?'],
    [['help', 'rnu'], "unknown command 'rnu'", 'Did you mean run?'],
    [['help', 'nope'], "unknown command 'nope'", '--help'],
    [['help', 'trace', 'mak'], "unknown command 'mak'", 'Did you mean make?'],
    [['run'], "missing required argument 'chip'", '--help'],
    [
      ['run', 'pim-gpt', 'gpt2-xl', '--genrate', '3'],
      "unknown option '--genrate'",
      'Did you mean --generate?',
    ],
    [['run', 'pim-gpt', 'gpt2-xl', 'more'], 'too many arguments', '--help'],
    [['run', 'pim-gpt', 'gpt2-xl', '--generate'], "'--generate <tokens>' argument missing"],
    [['run', 'pim-gpt'], 'no workload was named', 'after the chip', 'systole list workloads'],
    [['compare', 'pim-gpt'], 'no workload was named', 'with --workload'],
    [
      ['run', 'gpt2-xl', 'pim-gpt'],
      '"gpt2-xl" is a workload; the chip comes first',
      'systole run pim-gpt gpt2-xl',
    ],
    [['run', 'pim-gpt', 'pim-gpt'], '"pim-gpt" is a chip'],
    [['run', 'pim-gtp', 'gpt2-xl'], '"pim-gtp"', 'Did you mean "pim-gpt"?'],
    [['run', 'pim-gpt', 'gpt2-xll'], '"gpt2-xll"', 'Did you mean "gpt2-xl"?'],
    [['run', 'pim-gpt', 'gpt2-xl', '--model', 'x.json'], '--model takes the place of a workload'],
    [['run', 'pim-gpt', 'gpt2-xl', '--generate', '0'], '--generate takes a whole number from 1 on, got "0"'],
    [['run', 'pim-gpt', 'gpt2-xl', '--prompt', '-4'], '--prompt', '"-4"'],
    [['run', 'pim-gpt', 'gpt2-xl', '--batch', '1e3'], '--batch', '"1e3"'],
    [['run', 'pim-gpt', 'gpt2-xl', '--batch', '999999999'], 'batch has to be a whole number from 1 to'],
    [
      ['run', 'pim-gpt', 'gpt2-xl', '--generate', '5000'],
      '[workload/invalid]',
      'Generate at most 1024 tokens',
    ],
    [['run', 'pim-gpt', 'gpt2-xl', '--weights', 'bf61'], '"bf61"', 'Did you mean "bf16"?'],
    [['run', 'pim-gpt', 'gpt2-xl', '--weights', 'int4'], 'int4', 'bytes'],
    [['run', 'pim-gpt', 'gpt2-xl', '--mapping', 'pim-gtp'], '[mapping/unknown]', 'pim-gpt'],
    [['run', 'pim-gpt', 'gpt2-xl', '--detail', 'exact'], '--detail takes fast or detailed'],
    [['run', 'pim-gpt', 'gpt2-xl', '--timeline', 't', '--timeline-steps', '1,x'], '--timeline-steps'],
    [['run', 'pim-gpt', 'gpt2-xl', '--set', 'channels'], '--set takes path=value'],
    [['run', 'pim-gpt', 'gpt2-xl', '--set', '=3'], '--set takes path=value'],
    [
      ['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.drm.channels=4'],
      'components.drm',
      'Did you mean "dram"?',
    ],
    [
      ['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.dram.chanels=4'],
      'components.dram.chanels',
      '"channels"',
    ],
    [
      ['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.dram.tRP=4 GB'],
      '[parameter/wrong-unit]',
      'components.dram.tRP',
      'expected a time',
    ],
    [
      ['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.dram.channels=4 GB'],
      '[parameter/wrong-type]',
      'components.dram.channels',
    ],
    [
      ['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.dram.channels=0'],
      '[parameter/out-of-range]',
      'components.dram.channels',
      'The least is 1.',
    ],
    [
      ['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.dram.channels=-8'],
      '[parameter/out-of-range]',
      'components.dram.channels',
    ],
    [['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.dram.tRP=-1 ns'], 'components.dram.tRP'],
    [['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.dram.tRP=1e300 s'], 'components.dram.tRP'],
    [['run', 'pim-gpt', 'gpt2-xl', '--set', '__proto__.x=1'], '__proto__'],
    [['run', 'pim-gpt', 'gpt2-xl', '--set', 'components.__proto__.x=1'], '__proto__'],
    [['list'], "missing required argument 'what'"],
    [['list', 'chip'], 'Did you mean "chips"?'],
    [['describe'], 'nothing was named', 'systole list chips', '--schema'],
    [['describe', 'memory/dra'], 'Did you mean "memory/dram"?'],
    [['describe', 'memory/dram', '--set', 'channels=3'], '--set changes a chip'],
    [['trace', 'make', 'gpt2-xl'], "required option '-o, --output <file>' not specified"],
    [['trace', 'inspect'], 'no workload was named'],
    [['validate', 'pim-gpt', 'npu-hbm'], 'too many arguments'],
    [['validate', 'pim-gtp'], 'Did you mean "pim-gpt"?'],
  ])('%j ends with 2, and is told what to do', async (args, ...words) => {
    const folder = scratch();
    const { code, stdout, stderr } = await typed(args, folder);
    expect([code, stdout]).toEqual([2, '']);
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(filesOf(folder)).toEqual([]);
  });
});

describe('a chip that nobody could build or wait for', () => {
  const run = ['run', 'pim-gpt', '--model', 'model.json', '--generate', '1'];
  const banks = ['--set', 'components.dram.channels=4096', '--set', 'components.dram.bankGroups=64'];

  it('is refused before it fills the memory', async () => {
    const folder = folderWith({ 'model.json': GPT2 });
    const { code, stderr } = systole(
      [...run, ...banks, '--set', 'components.dram.banksPerGroup=256'],
      folder,
    );
    expect(code).toBe(2);
    expect(stderr).toContain('[parameter/out-of-range]: components.dram.channels');
    expect(stderr).toContain('Lower channels, bankGroups or banksPerGroup.');
  });

  it('is refused when a stretch has more chunks than can be followed', async () => {
    const folder = folderWith({ 'model.json': GPT2 });
    const { code, stdout, stderr } = await typed(
      [...run, '--batch', '1000000', '--set', 'components.sram.capacity=1 B'],
      folder,
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/limit\/exceeded|capacity\/exceeded/);
  });
});
