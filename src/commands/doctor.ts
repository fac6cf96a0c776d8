import { doctorOptions } from "../options.ts";
import { type Command, systemWord } from "./command.ts";

export const doctor = {
  name: "doctor",
  describe: "Say which credential each client would use for a registry, and what is wrong",
  word: systemWord,
  names: "IMAGE|HOST…",
  options: doctorOptions,
  evaluated: false,
  examples: [
    ["berth doctor", "what this shell's clients would use for the job's registries"],
    ["berth doctor --check registry.example.com/group/app", "may it be pulled and pushed"],
  ],
  // What only it needs is loaded for it alone.
  run: async (args, machine, style) => {
    const { diagnose } = await import("../doctor/doctor.ts");
    return diagnose(args, machine, style);
  },
} as const satisfies Command;
