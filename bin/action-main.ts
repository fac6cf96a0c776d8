import { finishProcess, readyProcess, say } from "./process.ts";

const run = async (): Promise<void> => {
  const machine = readyProcess();
  const { actionMain } = await import("../src/action.ts");
  finishProcess({ ...(await actionMain(machine, say)), stderr: "" });
};

void run();
