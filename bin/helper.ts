import { finishProcess, readInput, readyProcess } from "./process.ts";

/** Runs as a credential helper of Docker's: an action for an argument, its object on stdin. */
export const runHelper = async (): Promise<void> => {
  const machine = readyProcess();
  const { credentialHelper } = await import("../src/credential-helper.ts");
  finishProcess(await credentialHelper(process.argv.slice(2), readInput, machine));
};
