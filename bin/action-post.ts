import { finishProcess, readyProcess } from "./process.ts";

const machine = readyProcess();
const { actionPost } = await import("../src/action.ts");
finishProcess({ ...(await actionPost(machine)), stderr: "" });
