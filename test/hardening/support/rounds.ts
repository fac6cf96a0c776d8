/** How many rounds of something a run of the tests does: ten times as many with BERTH_HARDENING=long. */
export const rounds = (normal: number): number =>
  process.env["BERTH_HARDENING"] === "long" ? normal * 10 : normal;
