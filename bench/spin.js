/**
 * Spin on a Promela model: its verifier is generated, compiled and run. Depth first, every state kept
 * whole, no reduction but where a case asks for Spin's own; -DNP searches for non-progress cycles
 * instead. docs/performance.md says why these options are its best.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CLOCK = resolve('bench/promela/clock.h');

export function isInstalled() {
  return [
    ['spin', '-V'],
    ['gcc', '--version'],
  ].every(([tool, flag]) => {
    return spawnSync(tool, [flag]).status === 0;
  });
}

/** Verifiers that are compiled once, and run as often as asked. */
export class Verifiers {
  #folder = mkdtempSync(join(tmpdir(), 'kcheck-bench-'));
  #compiled = new Map();

  /** States, transitions and seconds of one run; `start` holds the seconds of compiling it. */
  run({ spin, livelock }) {
    const { pan, seconds } = this.#compile(spin, livelock, spin.reduces === true);
    const options = [`-w${spin.width}`, `-m${spin.depth}`, '-c0', ...(livelock ? ['-l'] : [])];
    const text = execute(pan, options, this.#folder);
    return {
      states: figure(text, /(\S+) states, stored/),
      transitions: figure(text, /(\S+) transitions/),
      search: figure(text, /elapsed time (\S+) seconds/),
      vector: figure(text, /State-vector (\S+) byte/),
      start: seconds,
    };
  }

  #compile({ file, parameters }, livelock, reduces) {
    const defines = Object.entries(parameters).map(([name, v]) => `-D${name.toUpperCase()}=${v}`);
    const key = [file, ...defines, livelock, reduces].join(' ');
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const folder = mkdtempSync(join(this.#folder, 'pan-'));
    const started = performance.now();
    execute('spin', ['-a', ...defines, resolve(file)], folder);
    const modes = [livelock ? '-DNP' : '-DSAFETY', ...(reduces ? [] : ['-DNOREDUCE'])];
    execute('gcc', ['-O2', ...modes, '-include', CLOCK, '-w', '-o', 'pan', 'pan.c'], folder);
    const compiled = { pan: join(folder, 'pan'), seconds: (performance.now() - started) / 1000 };
    this.#compiled.set(key, compiled);
    return compiled;
  }

  close() {
    rmSync(this.#folder, { recursive: true });
  }
}

function execute(command, options, cwd) {
  const { status, stdout, stderr } = spawnSync(command, options, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${options.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}

/** A number that pan prints; it prints no time where there is none to speak of. */
function figure(text, pattern) {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`pan does not say ${pattern}:\n${text}`);
  return Number(found[1]);
}
