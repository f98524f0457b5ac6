/** The syntax tree of a thread of a C litmus test: the small C that LKMM tests are written in. */

export interface CThread {
  readonly index: number;
  /** Names of its parameters: the shared locations that it is given. */
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
  readonly start: number;
  readonly end: number;
}

interface Spanned {
  readonly start: number;
  readonly end: number;
}

export type Statement = Spanned &
  (
    | { readonly kind: 'declare'; readonly names: readonly Declared[] }
    | { readonly kind: 'expression'; readonly value: Expression }
    | { readonly kind: 'block'; readonly body: readonly Statement[] }
    | {
        readonly kind: 'if';
        readonly condition: Expression;
        readonly then: Statement;
        readonly otherwise: Statement | null;
      }
    | {
        readonly kind: 'loop';
        /** null: for ever. */
        readonly condition: Expression | null;
        readonly body: Statement;
        /** What a `for` does after each turn. */
        readonly step: Expression | null;
        /** `do … while`: the condition comes after the body. */
        readonly atLeastOnce: boolean;
      }
    | { readonly kind: 'break' | 'continue' }
  );

export interface Declared {
  readonly name: string;
  readonly value: Expression | null;
}

export type Expression = Spanned &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expression[] }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: string;
        readonly left: Expression;
        readonly right: Expression;
      }
    /** `operator` is that of a compound assignment (`+` of `+=`), or `''`. */
    | {
        readonly kind: 'assign';
        readonly operator: string;
        readonly target: Expression;
        readonly value: Expression;
      }
    | {
        readonly kind: 'select';
        readonly condition: Expression;
        readonly then: Expression;
        readonly otherwise: Expression;
      }
    /** `x++` has the old value, `++x` the new one: `result`. */
    | {
        readonly kind: 'step';
        readonly operator: '+' | '-';
        readonly target: Expression;
        readonly result: 'old' | 'new';
      }
  );
