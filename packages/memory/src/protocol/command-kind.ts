/** What a command is to the protocol, whatever the family calls it. */
export const COMMAND_KINDS = [
  'activate',
  'second-activate',
  'precharge',
  'precharge-all',
  'read',
  'read-precharge',
  'write',
  'write-precharge',
  'refresh-all',
  'refresh-bank',
  'clock',
  'none',
] as const;

export type CommandKind = (typeof COMMAND_KINDS)[number];

const KINDS_BY_NAME: Readonly<Record<string, CommandKind>> = {
  ACT: 'activate',
  ACT1: 'activate',
  ACT2: 'second-activate',
  PRE: 'precharge',
  PREpb: 'precharge',
  PREab: 'precharge-all',
  PREA: 'precharge-all',
  RD: 'read',
  RD_S: 'read',
  RDA: 'read-precharge',
  RDA_S: 'read-precharge',
  WR: 'write',
  WR_S: 'write',
  WRA: 'write-precharge',
  WRA_S: 'write-precharge',
  REF: 'refresh-all',
  REFab: 'refresh-all',
  REFpb: 'refresh-bank',
  CAS: 'clock',
  CAS_RD: 'clock',
  CAS_WR: 'clock',
};

/** The kind of a command by its name in the standard; `none` for one that no rule here is about. */
export function kindOf(name: string): CommandKind {
  return KINDS_BY_NAME[name] ?? 'none';
}

/** Commands that go over the row bus where a family has one for rows and one for columns. */
export function isRowCommand(kind: CommandKind): boolean {
  return !['read', 'read-precharge', 'write', 'write-precharge', 'clock'].includes(kind);
}
