import { SystoleError } from '@systole/core';

/**
 * Turns what the system says about a file into a SystoleError: `file/not-found` or `file/unreadable`. Whatever is not
 * about a file is a fault of ours and comes back as it is.
 */
export function fileFault(error: unknown, path: string, doing: 'read' | 'written' = 'read'): unknown {
  if (!(error instanceof Error) || error instanceof SystoleError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === undefined) return error;
  if (code === 'ENOENT' && doing === 'read') {
    return new SystoleError({
      code: 'file/not-found',
      message: 'there is no such file',
      place: { file: path },
    });
  }
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission is denied',
    EISDIR: 'it is a folder',
    ENOENT: 'its folder does not exist',
    ENOSPC: 'the disk is full',
    ERR_INVALID_ARG_VALUE: 'its name is not accepted by the system',
  };
  return new SystoleError({
    code: 'file/unreadable',
    message: `the file cannot be ${doing}: ${reasons[code] ?? code}`,
    place: { file: path },
  });
}

/** Turns what the decompressor says into `trace/truncated` or `trace/corrupt`. */
export function gzipFault(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') {
    return new SystoleError({
      code: 'trace/truncated',
      message: 'the compressed file was cut off',
      place: { file: path },
    });
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new SystoleError({
      code: 'trace/corrupt',
      message: 'the compressed file is damaged',
      place: { file: path },
    });
  }
  return error;
}
