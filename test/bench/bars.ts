import type { ProgramFigures } from "./rows.ts";

/** One bar: what took how long. Berth's own are in colour. */
export interface Bar {
  readonly label: string;
  readonly seconds: number;
  readonly own: boolean;
}

/** The bars of the picture: the executable and the first Node, with what each stands beside. */
export const barsOf = (figures: readonly ProgramFigures[]): readonly Bar[] => {
  const [onNode] = figures;
  const executable = figures.find(({ name }) => name === "executable");
  const login = executable?.beside;
  const node = onNode?.name.replace(/\..*/, "");
  return [
    login && { label: "docker login, 1 registry", seconds: login.seconds, own: false },
    executable && {
      ...{ label: "berth, executable, 3 registries", seconds: executable.start, own: true },
    },
    onNode && { label: `berth on ${node}, 3 registries`, seconds: onNode.start, own: true },
    onNode?.beside && {
      ...{ label: `node -e 0 on ${node}`, seconds: onNode.beside.seconds, own: false },
    },
  ].filter((bar) => bar !== undefined);
};
