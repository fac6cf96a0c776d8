import { expect, test } from "@jest/globals";
import { executable, onNode } from "./program-figures.ts";
import { type ProgramFigures, rowsOf } from "./rows.ts";

/** The rows, a line each: an object of six texts is hard to read. */
const linesOf = (...programs: readonly ProgramFigures[]): readonly string[] =>
  rowsOf(programs).map(({ what, measured, beside, ratio, goal, met }) =>
    [what, measured, beside, ratio, goal, met].join(" | "),
  );

const { more: _, ...onFurtherNode } = onNode;
const { beside: __, ...withoutLogin } = executable;
const STARTS =
  "Node 20.19.0: `ci-env`, 3 registries | 90.0 ms | `node -e 0`: 60.0 ms | 1.50 × | ≤ 1.5 ×";
const WEIGHS =
  "Node 20.19.0: peak memory | 55.0 MiB | `node -e 0`: 40.0 MiB | +15.0 MiB | ≤ +15 MiB";

test("all that is measured, the same figures of all programs together", () => {
  expect(linesOf(onNode, executable)).toEqual([
    `${STARTS} | yes`,
    "executable: `ci-env`, 3 registries | 18.2 ms | `docker login`, 1 registry: 18.0 ms | 1.01 × | ≤ 1 × | no",
    `${WEIGHS} | yes`,
    "executable: peak memory | 39.0 MiB | `node -e 0`: 40.0 MiB; `docker login`, 1 registry: 24.0 MiB | -1.0 MiB | ≤ +15 MiB | yes",
    "Node 20.19.0: 1,000 `auths` in the base | 135.9 ms | 3 registries: 90.0 ms | 1.51 × | ≤ 1.5 × | no",
    "Node 20.19.0: 50 registries | 99.0 ms | 3 registries: 90.0 ms | 1.10 × | ≤ 1.5 × | yes",
    "Node 20.19.0: 200 MB of plugins and 1,000 builds in `~/.docker` | 94.5 ms | 3 registries: 90.0 ms | 1.05 × | ≤ 1.1 × | yes",
    "Node 20.19.0: disk of a job | 44 KiB |  |  | ≤ 64 KiB | yes",
    "Node 20.19.0: disk of a job, 200 MB of plugins and 1,000 builds in `~/.docker` | 44 KiB | without: 44 KiB |  | the same | yes",
    "Node 20.19.0: 20 and 200 jobs started at once | 20 and 200 with a whole berth |  |  | none fails | yes",
    "Node 20.19.0: CPU of each of 200 jobs | 100.0 ms | of 20: 80.0 ms | 1.25 × | ≤ 1.25 × | yes",
  ]);
});

test("where goals are missed", () => {
  const { crowds, disk } = onNode.more;
  const missed = {
    ...onNode,
    ...{ start: 0.0904, peak: 55.1 * 2 ** 20 },
    more: {
      loads: { large: 0.1, auths: 0.2, registries: 0.3 },
      disk: { usual: 68 * 1024, large: disk.large },
      crowds: { small: { ...crowds.small, complete: 19 }, large: { ...crowds.large, cpu: 0.2 } },
    },
  };
  expect(rowsOf([missed]).map(({ met }) => met)).toEqual(Array(9).fill("no"));
});

test.each([
  ["a further Node", onFurtherNode, [`${STARTS} | yes`, `${WEIGHS} | yes`]],
  [
    "the executable without docker",
    withoutLogin,
    [
      "executable: `ci-env`, 3 registries | 18.2 ms |  |  |  | ",
      "executable: peak memory | 39.0 MiB | `node -e 0`: 40.0 MiB | -1.0 MiB | ≤ +15 MiB | yes",
    ],
  ],
])("%s", (_, program, lines) => {
  expect(linesOf(program)).toEqual(lines);
});
