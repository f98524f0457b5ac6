/** Files that are written whole or not at all: on a full disk, what was there before stays. */
import { accessSync, chmodSync, constants, realpathSync, renameSync, rmSync } from 'node:fs';
import { statSync, writeFileSync } from 'node:fs';

/** A pipe or a device is simply written to. @throws what node:fs throws; a file is then as it was. */
export function replaceFile(path: string, text: string): void {
  const old = statSync(path, { throwIfNoEntry: false });
  if (old === undefined) return renamed(path, text, null);
  if (!old.isFile()) return writeFileSync(path, text);
  accessSync(path, constants.W_OK);
  try {
    renamed(realpathSync(path), text, old.mode);
  } catch (error) {
    if (!isUnnamable(error)) throw error;
    writeFileSync(path, text);
  }
}

let written = 0;

function renamed(path: string, text: string, mode: number | null): void {
  const own = `${path}.${process.pid}.${written++}.tmp`;
  try {
    writeFileSync(own, text);
    if (mode !== null) chmodSync(own, mode);
    renameSync(own, path);
  } catch (error) {
    rmSync(own, { force: true });
    if (error instanceof Error) error.message = error.message.replace(own, path);
    throw error;
  }
}

/** The file may be written, but not another beside it, or it is a mount of its own. */
function isUnnamable(error: unknown): boolean {
  const code = (error as Partial<NodeJS.ErrnoException> | null)?.code ?? '';
  return ['EACCES', 'EPERM', 'EBUSY', 'ENAMETOOLONG'].includes(code);
}
