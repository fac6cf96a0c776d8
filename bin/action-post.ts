import { finishProcess, readyProcess } from "./process.ts";

const run = async (): Promise<void> => {
  const machine = readyProcess();
  const { actionPost } = await import("../src/action.ts");
  finishProcess({ ...(await actionPost(machine)), stderr: "" });
};

void run();
