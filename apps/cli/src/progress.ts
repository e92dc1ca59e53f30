import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  step(done: number, steps: number): void;
  stop(): void;
}

const SILENT: Progress = { step: () => undefined, stop: () => undefined };

/** A bar on standard error; nothing where that is not a terminal, so that logs stay readable. */
export function createProgress(label: string, quiet: boolean, unit = 'tokens'): Progress {
  if (quiet || process.stderr.isTTY !== true) return SILENT;
  const bar = new SingleBar(
    {
      format: `${label} [{bar}] {percentage}% | {value}/{total} ${unit} | {eta_formatted} left`,
      hideCursor: true,
      clearOnComplete: true,
      fps: 10,
    },
    Presets.rect,
  );
  let started = false;
  return {
    step(done, steps) {
      if (!started) {
        bar.start(steps, 0);
        started = true;
      }
      bar.update(done);
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}
