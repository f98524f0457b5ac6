/** A reader of KTAP, from the text of Documentation/dev-tools/ktap.rst alone. Throws where it is broken. */

export interface KtapTest {
  readonly ok: boolean;
  readonly name: string;
  readonly directive: string;
  readonly data: string;
  readonly diagnostics: readonly string[];
  readonly subtests: readonly KtapTest[];
}

const DIRECTIVES = ['SKIP', 'TODO', 'XFAIL', 'TIMEOUT', 'ERROR'];
const RESULT = /^(ok|not ok) (\d+)(?: ([^#]*[^#\s]))?(?: # ?(.*))?$/;

export function parseKtap(text: string): readonly KtapTest[] {
  if (!text.endsWith('\n')) throw new Error('no line feed at the end');
  const lines = text.slice(0, -1).split('\n');
  const { tests, rest } = parseLevel(lines, '');
  if (rest.length > 0) throw new Error(`beyond the plan: ${rest[0]}`);
  return tests;
}

interface Level {
  readonly tests: readonly KtapTest[];
  readonly rest: readonly string[];
}

function parseLevel(lines: readonly string[], indent: string): Level {
  const [version = '', plan = '', ...body] = lines;
  if (version !== `${indent}KTAP version 1`) throw new Error(`no version line: ${version}`);
  const planned = new RegExp(`^${indent}1\\.\\.(\\d+)$`).exec(plan)?.[1];
  if (planned === undefined) throw new Error(`no plan: ${plan}`);
  const tests: KtapTest[] = [];
  let rest: readonly string[] = body;
  while (tests.length < Number(planned)) {
    const next = parseTest(rest, indent, tests.length + 1);
    tests.push(next.test);
    rest = next.rest;
  }
  return { tests, rest };
}

function parseTest(
  lines: readonly string[],
  indent: string,
  number: number,
): { readonly test: KtapTest; readonly rest: readonly string[] } {
  const diagnostics: string[] = [];
  let subtests: readonly KtapTest[] = [];
  let rest = lines;
  for (;;) {
    const [line] = rest;
    if (line === undefined) throw new Error(`test ${number} is missing`);
    if (line.startsWith(`${indent}  KTAP version`)) {
      ({ tests: subtests, rest } = parseLevel(rest, `${indent}  `));
      continue;
    }
    rest = rest.slice(1);
    if (!line.startsWith(indent)) throw new Error(`not indented: ${line}`);
    const own = line.slice(indent.length);
    if (own.startsWith('#')) diagnostics.push(own.slice(1).trimStart());
    else return { test: { ...resultOf(own, number), diagnostics, subtests }, rest };
  }
}

function resultOf(
  line: string,
  number: number,
): Pick<KtapTest, 'ok' | 'name' | 'directive' | 'data'> {
  const found = RESULT.exec(line);
  if (found === null) throw new Error(`no result line: ${line}`);
  const [, result, stated, name = '', remark = ''] = found;
  if (Number(stated) !== number) throw new Error(`not test ${number}: ${line}`);
  const [first = '', ...words] = remark.split(' ');
  const isDirective = DIRECTIVES.includes(first);
  return {
    ok: result === 'ok',
    name,
    directive: isDirective ? first : '',
    data: isDirective ? words.join(' ') : remark,
  };
}
