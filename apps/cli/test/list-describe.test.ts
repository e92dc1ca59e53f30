import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHIP, folderWith } from './support/files.ts';
import { HOME } from './support/systole.ts';
import { typed } from './support/typed.ts';

async function jsonOf(args: readonly string[]) {
  const { code, stdout, stderr } = await typed([...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('systole list', () => {
  it.each([
    ['chips', 'pim-gpt'],
    ['workloads', 'gpt2-xl'],
    ['components', 'memory/dram'],
    ['mappings', 'pim-gpt'],
  ])('lists %s, as a table and as JSON', async (what, known) => {
    const { code, stdout } = await typed(['list', what]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${known} `, 'm'));
    const rows: readonly Record<string, string>[] = await jsonOf(['list', what]);
    expect(rows.map(({ name, type }) => name ?? type)).toContain(known);
    expect(rows.every(({ summary }) => summary !== '')).toBe(true);
    // A table has a head, a rule and a row each.
    expect(stdout.trimEnd().split('\n')).toHaveLength(rows.length + 2);
  });

  it('puts the chips and workloads of the folder first, and those that come with Systole beside them', async () => {
    const folder = folderWith({ 'configs/mine/chip.yaml': CHIP.replace('name: pim-gpt', 'name: mine') });
    const { stdout } = await typed(['list', 'chips'], folder);
    expect(stdout).toMatch(/^mine [^]*^pim-gpt /m);
    expect((await typed(['describe', 'mine'], folder)).stdout).toContain('mine');
  });

  it('is not put off by files where folders are looked for', async () => {
    const folder = folderWith({ configs: 'a file', traces: 'a file' });
    expect((await typed(['list', 'chips'], folder)).code).toBe(0);
    expect((await typed(['list', 'workloads'], folder)).code).toBe(0);
  });

  it('lists workloads that can all be inspected', async () => {
    for (const { name } of await jsonOf(['list', 'workloads'])) {
      expect((await typed(['trace', 'inspect', name, '--generate', '1'])).code).toBe(0);
    }
  });
});

describe('systole describe', () => {
  it('says of a chip its parts, and of each figure where it is from', async () => {
    const { stdout, code } = await typed(['describe', 'pim-gpt']);
    expect(code).toBe(0);
    for (const part of ['dram', 'mac', 'sram', 'vector', 'xbar', 'rowBytes', '2 KiB', 'recalled']) {
      expect(stdout).toContain(part);
    }
    const { components } = await jsonOf(['describe', 'pim-gpt']);
    expect(components.map(({ name }: { name: string }) => name)).toEqual([
      'dram',
      'mac',
      'sram',
      'vector',
      'xbar',
    ]);
  });

  it('takes a chip by name, by file and by folder', async () => {
    const named = await typed(['describe', 'pim-gpt']);
    expect(await typed(['describe', join(HOME, 'configs/pim-gpt/chip.yaml')])).toEqual(named);
    expect(await typed(['describe', join(HOME, 'configs/pim-gpt')])).toEqual(named);
  });

  it('shows what --set makes of it', async () => {
    const { components } = await jsonOf(['describe', 'pim-gpt', '--set', 'components.dram.channels=16']);
    const channels = components[0].parameters.find(({ name }: { name: string }) => name === 'channels');
    expect(channels.value).toBe('16');
  });

  it('says of every component type its parameters', async () => {
    for (const { type } of await jsonOf(['list', 'components'])) {
      const { parameters } = await jsonOf(['describe', type]);
      const { stdout, code } = await typed(['describe', type]);
      expect(code).toBe(0);
      for (const { name } of parameters) expect(stdout).toContain(name);
    }
  });

  it('prints the schema of chip.yaml', async () => {
    const { code, stdout } = await typed(['describe', '--schema']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
    expect(stdout).toContain('memory/dram');
  });
});
