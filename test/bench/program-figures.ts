import type { ProgramFigures } from "./rows.ts";

const MIB = 2 ** 20;

/** A Node of the tests, with all that is measured. */
export const onNode = {
  name: "Node 20.19.0",
  start: 0.09,
  beside: { name: "`node -e 0`", seconds: 0.06, goal: 1.5, peak: 40 * MIB },
  peak: 55 * MIB,
  nodePeak: 40 * MIB,
  more: {
    loads: { large: 0.0945, auths: 0.1359, registries: 0.099 },
    disk: { usual: 44 * 1024, large: 44 * 1024 },
    crowds: {
      small: { jobs: 20, complete: 20, cpu: 0.08 },
      large: { jobs: 200, complete: 200, cpu: 0.1 },
    },
  },
} as const satisfies ProgramFigures;

/** An executable of the tests, measured beside a login. */
export const executable = {
  name: "executable",
  start: 0.0182,
  beside: { name: "`docker login`, 1 registry", seconds: 0.018, goal: 1, peak: 24.04 * MIB },
  peak: 39 * MIB,
  nodePeak: 40 * MIB,
} as const satisfies ProgramFigures;
