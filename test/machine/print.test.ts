import { expect, test } from 'vitest';
import type { Machine, ValueType } from '../../src/machine/machine.ts';
import { printDot, printMermaid, printSvg, printText } from '../../src/machine/print/index.ts';
import { MachineBuilder, add, binary, element, eq, ghost, lt, ne } from './builder.ts';

const MODE: ValueType = {
  kind: 'int',
  min: 0,
  max: 3,
  display: { kind: 'names', names: [[2, 'TRANSIT']] },
};

function reader(): Machine {
  const b = new MachineBuilder('message passing', 1);
  const flag = b.location('flag');
  b.task('reader', 0, (p) => {
    const r1 = p.register('r1');
    p.loop(() => {
      p.load(r1, flag);
      p.breakIf(binary('&', r1, 1));
    });
    p.assert(lt(r1, 2), 'a "bit"');
  });
  return b.build();
}

/** Every kind of node. */
function everything(): Machine {
  const b = new MachineBuilder('everything');
  const [flag, mode, lock] = [b.location('flag'), b.location('mm.mode', 0, MODE), b.lockWord('l')];
  const cid = [b.location('pcpu[0].cid'), b.location('pcpu[1].cid')] as const;
  const [running, cpu] = [b.ghost('running', 1), b.ghost('cpu')];
  b.task(
    'task',
    ghost(cpu),
    (p) => {
      const [r, old, i] = [p.register('r'), p.register('old'), p.register('i')];
      p.store(mode, 2);
      p.store(flag, add(r, 1), 'plain');
      p.load(r, flag, 'plain');
      p.fence('mb');
      p.choose(i, 2);
      p.load(r, element(cid[0], i, 2));
      p.if(
        eq(r, 0),
        () => p.rmw(old, flag, 3, { primitive: 'cmpxchg', condition: eq(old, 0) }),
        () => p.rmw(old, flag, add(old, 1), { primitive: 'atomic_fetch_inc' }),
      );
      p.load(r, flag, 'acquire', { primitive: 'smp_cond_load_acquire', until: ne(r, 0) });
      p.lock(lock);
      p.atomic(() => {
        p.unlock(lock);
        p.get(r, running);
        p.set(running, 0);
      });
      p.assign([r, 0], [i, r]);
      p.wait(eq(ghost(running), r));
      p.assert(eq(r, i));
    },
    { guard: ghost(running) },
  );
  b.task('server', 1, (p) => p.loop(() => p.mark()), { liveness: 'mark' });
  return b.build();
}

test('text: one line a node, and where control goes if not to the next', () => {
  expect(printText(reader())).toMatchInlineSnapshot(`
    "message passing

    reader  on CPU0
       0   r1 = READ_ONCE(flag)       test.ts:2
       1   if (r1 & 1) else -> 0      test.ts:3
       2   assert(r1 < 2)  "a "bit""  test.ts:4
       3   end                        test.ts:5
    "
  `);
});

test('text: every kind of node', () => {
  expect(printText(everything())).toMatchInlineSnapshot(`
    "everything

    task  on CPU cpu, while running
       0   mm.mode = TRANSIT  (WRITE_ONCE)                 test.ts:2
       1   flag = r + 1                                    test.ts:3
       2   r = flag                                        test.ts:4
       3   smp_mb()                                        test.ts:5
       4   i = choose(2)                                   test.ts:6
       5   r = READ_ONCE(pcpu[].cid{3 + i})                test.ts:7
       6   if (r == 0) else -> 8                           test.ts:8
       7   old = cmpxchg(flag); flag = 3 if old == 0 -> 9  test.ts:9
       8   old = atomic_fetch_inc(flag); flag = old + 1    test.ts:10
       9   r = smp_cond_load_acquire(flag)  until r != 0   test.ts:11
      10   spin_lock(l)                                    test.ts:12
      11 { spin_unlock(l)                                  test.ts:13
      12 | r := running                                    test.ts:14
      13 | running := 0                                    test.ts:15
      14   r = 0, i = r                                    test.ts:16
      15   wait until running == r                         test.ts:17
      16   assert(r == i)                                  test.ts:18
      17   end                                             test.ts:19

    server  on CPU1, runs for ever
       0   progress -> 0  test.ts:21
    "
  `);
});

test('Mermaid', () => {
  expect(printMermaid(reader())).toMatchInlineSnapshot(`
    "flowchart TD
      subgraph c0["reader  on CPU0"]
        c0_start(( )) --> c0_0
        c0_0["r1 = READ_ONCE(flag)<br/>test.ts:2"]
        c0_0 --> c0_1
        c0_1{"if (r1 #amp; 1)<br/>test.ts:3"}
        c0_1 -->|yes| c0_2
        c0_1 -->|no| c0_0
        c0_2["assert(r1 #lt; 2)  #quot;a #quot;bit#quot;#quot;<br/>test.ts:4"]
        c0_2 --> c0_3
        c0_3(["end<br/>test.ts:5"])
      end
    "
  `);
});

test('DOT', () => {
  expect(printDot(reader())).toMatchInlineSnapshot(`
    "digraph "message passing" {
      node [shape=box, fontname=monospace];
      subgraph cluster_c0 {
        label="reader  on CPU0";
        c0_start [shape=point];
        c0_start -> c0_0;
        c0_0 [label="r1 = READ_ONCE(flag)\\ntest.ts:2"];
        c0_0 -> c0_1;
        c0_1 [label="if (r1 & 1)\\ntest.ts:3", shape=diamond];
        c0_1 -> c0_2 [label="yes"];
        c0_1 -> c0_0 [label="no"];
        c0_2 [label="assert(r1 < 2)  \\"a \\"bit\\"\\"\\ntest.ts:4"];
        c0_2 -> c0_3;
        c0_3 [label="end\\ntest.ts:5", style=rounded];
      }
    }
    "
  `);
});

test('SVG', () => {
  const svg = printSvg(reader());
  expect(svg.slice(svg.indexOf('</style>'))).toMatchInlineSnapshot(`
    "</style>
    <g transform="translate(0 0)">
    <text class="heading" x="12" y="20">reader  on CPU0</text>
    <g transform="translate(0 28)">
    <g class="edge near">
    <path d="M 73.3 54 C 73.3 78 117.9 73 117.9 97"/>
    <path class="head" d="M 117.9 97 l-4,-7 h8 z"/>
    <text x="77.3" y="67">yes</text>
    </g>
    <g class="edge back">
    <path d="M 125.9 54 V 68 H 233.7 V 24 H 187.2"/>
    <path class="head" d="M 187.2 24 l7,-4 v8 z"/>
    <text x="129.9" y="67">no</text>
    </g>
    <g class="block branch">
    <rect x="12" y="12" width="175.2" height="42" rx="0"/>
    <text x="19.3" y="28.8">r1 = READ_ONCE(flag)<title>test.ts:2</title></text>
    <text x="19.3" y="45.8">if (r1 &amp; 1)<title>test.ts:3</title></text>
    </g>
    <g class="block done">
    <rect x="12" y="97" width="211.7" height="42" rx="12"/>
    <text x="19.3" y="113.8">assert(r1 &lt; 2)  "a "bit""<title>test.ts:4</title></text>
    <text x="19.3" y="130.8">end<title>test.ts:5</title></text>
    </g>
    </g>
    </g>
    </svg>
    "
  `);
});

test('SVG: every node and every edge of every context, and no mark-up of names', () => {
  const machine = everything();
  const svg = printSvg(machine);
  for (const context of machine.contexts) expect(svg).toContain(`>${context.name}  on `);
  expect(svg.match(/ l-4,-7 h8 z| l7,-4 v8 z/g)).toHaveLength(
    svg.split('<g class="edge').length - 1,
  );
  expect(svg.replace(/<\/?(svg|title|style|g|rect|text|path)\b[^<>]*>/g, '')).not.toMatch(/[<>]/);
  for (const name of ['svg', 'title', 'style', 'g', 'text']) {
    const opened = svg.match(new RegExp(`<${name}[ >]`, 'g'));
    expect(svg.match(new RegExp(`</${name}>`, 'g'))).toHaveLength(opened?.length ?? 0);
  }
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});
