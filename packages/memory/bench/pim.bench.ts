import { bench, describe } from 'vitest';
import { aimGemvCycles, attAccAttentionCycles, attAccRowsCycles } from '../src/pim/closed-forms.ts';
import { aimGemv } from '../src/pim/aim/aim-gemv.ts';
import { aimPreset } from '../src/pim/aim/aim-presets.ts';
import { runAim } from '../src/pim/aim/run-aim.ts';
import { attAccAttention, attAccRows } from '../src/pim/attacc/attacc-attention.ts';
import { attAccPreset } from '../src/pim/attacc/attacc-presets.ts';
import { runAttAcc } from '../src/pim/attacc/run-attacc.ts';

/** Runs once, so that the name of a bench says how many commands it issues. */
function commandsOf(run: () => { readonly commands: Readonly<Record<string, number>> }): string {
  const count = Object.values(run().commands).reduce((sum, each) => sum + each, 0);
  return `${(count / 1e6).toFixed(3)} million commands`;
}

describe('AiM, command by command', () => {
  const shape = { M: 50257, K: 1600, bias: true };
  for (const name of ['aim-gddr6', 'aim-gddr6-refresh', 'pim-gpt']) {
    const device = aimPreset(name);
    const run = () => runAim(device, aimGemv(device, shape));
    bench(`${name}: GEMV of 50257 x 1600, ${commandsOf(run)}`, () => {
      run();
    });
  }
});

describe('AiM, closed form', () => {
  const device = aimPreset('aim-gddr6-refresh');
  bench('GEMV of 50257 x 1600 with refresh', () => {
    aimGemvCycles(device, { M: 50257, K: 1600, bias: true });
  });
});

describe('AttAcc, command by command', () => {
  const device = attAccPreset('attacc-hbm3');
  const rows = () => runAttAcc(device, attAccRows(device, 500_000));
  bench(`rows of all banks, ${commandsOf(rows)}`, () => {
    rows();
  });
  for (const level of ['bank', 'bank-group', 'buffer'] as const) {
    const attention = { level, context: 32_768, heads: 16, headDim: 128 };
    const run = () => runAttAcc(device, attAccAttention(device, attention));
    bench(`a layer of 32768 keys, ${level}, ${commandsOf(run)}`, () => {
      run();
    });
  }
});

describe('AttAcc, closed form', () => {
  const device = attAccPreset('attacc-hbm3');
  bench('rows of all banks, 500000 MACs', () => {
    attAccRowsCycles(device, 500_000);
  });
  bench('a layer of 32768 keys, buffer', () => {
    attAccAttentionCycles(device, { level: 'buffer', context: 32_768, heads: 16, headDim: 128 });
  });
});
