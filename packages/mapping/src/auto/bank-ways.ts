import type { AttentionOperator, EmbeddingOperator, KvAppendOperator, MatmulOperator } from '@systole/trace';
import { operatorMacs } from '@systole/trace';
import type { Draft, Site } from '../in-memory/site.ts';
import { spreadContextTasks, spreadScoresTasks } from '../in-memory/spread-attention.ts';
import { appendTasks, embeddingTasks } from '../in-memory/storage.ts';
import { matmulTasks } from '../in-memory/vmm.ts';
import type { Homes } from './homes.ts';
import type { Candidate, Piece, Ways } from './piece.ts';

/** Vectors, or queries of a sequence, that show the pace of many. */
const PROBE_VECTORS = 2;

type BankOperator = MatmulOperator | AttentionOperator;

/** Products in the banks of a memory that computes, where it holds the matrix or the cache. */
export function bankWays(operator: BankOperator, homes: Homes): Ways {
  const { site } = homes;
  if (site === undefined) return { candidates: [], refusals: [{ unit: 'the banks', reason: homes.noSite }] };
  const { part } = site.device;
  const right = operator.inputs[1];
  const home = right?.role === 'weight' ? homes.weights : right?.role === 'kv' ? homes.kv : homes.buffer;
  if (home.name !== part.name) {
    const reason = `the operand is in "${home.name}": "${part.name}" computes only with what it holds`;
    return { candidates: [], refusals: [{ unit: `the banks of ${part.name}`, reason }] };
  }
  return { candidates: [candidateOf(operator, site)], refusals: [] };
}

/** Whether new keys and values are stored as the banks read them. */
export function appendsToBanks(homes: Homes): boolean {
  return homes.site !== undefined && homes.kv.name === homes.site.device.part.name;
}

export function bankAppend(operator: KvAppendOperator, site: Site): readonly Piece[] {
  return inTurn(appendTasks(operator, site));
}

export function bankEmbedding(operator: EmbeddingOperator, site: Site): readonly Piece[] {
  return inTurn(embeddingTasks(operator, site));
}

function candidateOf(operator: BankOperator, site: Site): Candidate {
  const { part, lanes } = site.device;
  const rate =
    Object.values(site.chip.part(part.attached ?? part.name).facts.macsPerSecond ?? {})[0] ?? Infinity;
  return {
    id: `banks:${part.name}`,
    unit: `the banks of ${part.name}`,
    tiling: `${lanes} banks in lockstep, a vector at a time`,
    bound: (operatorMacs(operator) * 1e12) / rate,
    pieces: () => inBanks(draftsOf(operator, site), site),
    probe() {
      const { operator: part, scale } = partOf(operator);
      return { pieces: inBanks(draftsOf(part, site), site), scale };
    },
  };
}

function draftsOf(operator: BankOperator, site: Site): readonly Draft[] {
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head':
      return matmulTasks(operator, site);
    case 'attention-scores':
      return spreadScoresTasks(operator, site);
    case 'attention-context':
      return spreadContextTasks(operator, site);
  }
}

/** A few of the vectors, or of the queries, and how many times as many there are. */
function partOf(operator: BankOperator): { readonly operator: BankOperator; readonly scale: number } {
  if ('rows' in operator) {
    const rows = Math.min(operator.rows, PROBE_VECTORS);
    return { operator: { ...operator, rows }, scale: operator.rows / rows };
  }
  const queries = Math.min(operator.queries, PROBE_VECTORS);
  const part = { ...operator, queries };
  return { operator: part, scale: operatorMacs(operator) / operatorMacs(part) };
}

/** What is in the vector buffers stays there until the banks are done with it: operators use them one at a time. */
function inBanks(drafts: readonly Draft[], site: Site): readonly Piece[] {
  return inTurn(drafts).map((piece) => ({ ...piece, exclusive: site.device.part.name }));
}

/** One task after another. */
function inTurn(drafts: readonly Draft[]): readonly Piece[] {
  return drafts.map((draft, index) => ({
    ...draft,
    gate: 0,
    after: index === 0 ? [] : [index - 1],
    room: 0,
  }));
}
