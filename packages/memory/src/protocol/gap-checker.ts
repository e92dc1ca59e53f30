import type { BankNodes } from './bank-nodes.ts';
import { COMMAND_KINDS } from './command-kind.ts';
import type { CommandKind } from './command-kind.ts';
import type { JedecRule } from './jedec-rules.ts';

/** Before any command: so long ago that no gap reaches there. */
const NEVER = -1e15;

/** A gap that was too short. Overwritten by the next. */
export interface ShortGap {
  rule: string;
  /** End of the earlier command, its place in the standard's list, and its bank. */
  end: number;
  command: number;
  bank: number;
  missing: number;
}

/** The last commands of a rule's first kinds, in every node of its scope. */
interface Memory {
  readonly kinds: readonly CommandKind[];
  readonly nodeOf: Int32Array;
  readonly depth: number;
  /** A ring for each node, and where its next entry goes. */
  readonly ends: Float64Array;
  readonly commands: Int16Array;
  readonly banks: Int32Array;
  readonly heads: Int32Array;
}

interface Demand {
  readonly memory: Memory;
  readonly gap: number;
  readonly name: string;
}

/** Holds the least gaps between commands. What it remembers does not grow with the log. */
export class GapChecker {
  readonly #remember: readonly (readonly Memory[])[];
  readonly #demands: readonly (readonly Demand[])[];

  constructor(rules: readonly JedecRule[], nodes: BankNodes, ticksPerClock: number) {
    const memories = new Map<string, Memory>();
    const memoryOf = ({ after, scope, count: depth = 1 }: JedecRule): Memory => {
      const key = `${after.join(' ')} ${scope} ${depth}`;
      let memory = memories.get(key);
      if (memory === undefined) {
        const size = nodes.count(scope) * depth;
        memory = {
          kinds: after,
          nodeOf: nodes.of(scope),
          depth,
          ends: new Float64Array(size).fill(NEVER),
          commands: new Int16Array(size),
          banks: new Int32Array(size),
          heads: new Int32Array(nodes.count(scope)),
        };
        memories.set(key, memory);
      }
      return memory;
    };
    const demands = rules.map((rule) => ({
      before: rule.before,
      memory: memoryOf(rule),
      gap: Math.ceil(rule.gap * ticksPerClock),
      name: rule.name,
    }));
    this.#demands = COMMAND_KINDS.map((kind) => demands.filter(({ before }) => before.includes(kind)));
    this.#remember = COMMAND_KINDS.map((kind) =>
      [...memories.values()].filter(({ kinds }) => kinds.includes(kind)),
    );
  }

  /** Calls `onShort` for every gap that is too short for a command of `kind` that ends at `end`. */
  check(kind: number, bank: number, end: number, onShort: (short: ShortGap) => void): void {
    const demands = this.#demands[kind] ?? [];
    for (let index = 0; index < demands.length; index++) {
      const demand = demands[index];
      if (demand === undefined) continue;
      const { memory, gap } = demand;
      const node = memory.nodeOf[bank] ?? 0;
      const at = node * memory.depth + (memory.heads[node] ?? 0);
      const earlier = memory.ends[at] ?? NEVER;
      if (end - earlier >= gap) continue;
      onShort({
        rule: demand.name,
        end: earlier,
        command: memory.commands[at] ?? 0,
        bank: memory.banks[at] ?? 0,
        missing: gap - (end - earlier),
      });
    }
  }

  record(kind: number, command: number, bank: number, end: number): void {
    const memories = this.#remember[kind] ?? [];
    for (let index = 0; index < memories.length; index++) {
      const memory = memories[index];
      if (memory === undefined) continue;
      const node = memory.nodeOf[bank] ?? 0;
      const head = memory.heads[node] ?? 0;
      const at = node * memory.depth + head;
      memory.ends[at] = end;
      memory.commands[at] = command;
      memory.banks[at] = bank;
      // The entry that is overwritten next is the oldest, which is what a window counts from.
      memory.heads[node] = head + 1 === memory.depth ? 0 : head + 1;
    }
  }
}
