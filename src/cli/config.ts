/** The configuration of the working directory. */
import { existsSync } from 'node:fs';
import type { Config } from '../language/config.ts';
import type { Engine } from './engine.ts';

const NAME = 'kcheck.config.ts';

/** Empty where there is none. @throws KcheckError */
export async function readConfig(engine: Engine): Promise<Config> {
  return existsSync(NAME) ? engine.loadConfig(NAME) : {};
}
