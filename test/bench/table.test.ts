import { expect, test } from "@jest/globals";
import type { Row } from "./rows.ts";
import { markdownRows, textRows } from "./table.ts";

const rows: readonly Row[] = [
  {
    ...{ what: "`ci-env` on Node", measured: "90.0 ms", beside: "`node -e 0`: 60.0 ms" },
    ...{ ratio: "1.50 ×", goal: "≤ 1.5 ×", met: "yes" },
  },
  { what: "disk", measured: "44 KiB", beside: "", ratio: "", goal: "≤ 64 KiB", met: "no" },
  { what: "executable", measured: "22.1 ms", beside: "", ratio: "", goal: "", met: "" },
];

test("Markdown has a line for each row, below the names", () => {
  expect(markdownRows(rows)).toBe(`\
| what | measured | beside | ratio | goal | met |
| --- | --- | --- | --- | --- | --- |
| \`ci-env\` on Node | 90.0 ms | \`node -e 0\`: 60.0 ms | 1.50 × | ≤ 1.5 × | yes |
| disk | 44 KiB |  |  | ≤ 64 KiB | no |
| executable | 22.1 ms |  |  |  |  |
`);
});

test("a terminal has columns, and no marks of Markdown", () => {
  expect(textRows(rows)).toBe(`\
what            measured  beside              ratio   goal      met
ci-env on Node  90.0 ms   node -e 0: 60.0 ms  1.50 ×  ≤ 1.5 ×   yes
disk            44 KiB                                ≤ 64 KiB  no
executable      22.1 ms
`);
});
