/** Why a trace is no litmus test. */
export class LitmusRefusal extends Error {}
