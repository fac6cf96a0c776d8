import { finishProcess, readyProcess } from "./process.ts";

const machine = readyProcess();
const { actionMain } = await import("../src/action.ts");
finishProcess({ ...(await actionMain(machine)), stderr: "" });
