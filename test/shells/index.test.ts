import { describe, expect, test } from "@jest/globals";
import { shellNames, shellOf, shells } from "../../src/shells/index.ts";
import { failed, outputOf } from "../fixtures/output.ts";

test("the default is posix, for every POSIX shell by its name", () => {
  const names = [undefined, "posix", "sh", "bash", "zsh", "dash", "ash", "ksh", "json", "dotenv"];
  expect(names.map((name) => shellOf(name).name)).toEqual([
    ...names.slice(0, 8).map(() => "posix"),
    "json",
    "dotenv",
  ]);
});

test("another dialect, by each of its names", () => {
  const others = { nu: "nushell", csh: "tcsh", cmdexe: "cmd", pwsh: "powershell", fish: "fish" };
  expect(Object.keys(others).map((name) => shellOf(name).name)).toEqual(Object.values(others));
});

test("no name or alias stands for two dialects", () => {
  expect([...new Set(shellNames)]).toEqual(shellNames);
});

describe.each(shells.map((shell) => [shell.name, shell] as const))("%s", (_, shell) => {
  const notice = { level: "info", text: "a note\nof two lines" } as const;
  const texts = [
    shell.render(outputOf({ variables: [["X", "x"]], notices: [notice] })),
    shell.stop(failed, true),
    shell.stop(failed, false),
  ];

  test("TRAPS 39, 41: writes whole lines with the platform's ends, and no ANSI", () => {
    const lines = shell.name === "cmd" ? /^(?:\P{Cc}*\r\n)*$/u : /^(?:\P{Cc}*\n)*$/u;
    for (const text of texts) expect(text).toMatch(lines);
  });

  test("names itself in the line that evaluates it", () => {
    expect(shell.evaluate("berth ci-env")).toContain("berth ci-env");
  });

  test("its names are words of lower-case letters", () => {
    expect([shell.name, ...shell.aliases].filter((name) => !/^[a-z][a-z-]*$/.test(name))).toEqual(
      [],
    );
  });
});
