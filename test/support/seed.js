// With BERTH_TEST_SEED the property tests try the same cases in each run: what CI refuses can be seen again. Else each run tries others.
const seed = process.env["BERTH_TEST_SEED"];
if (seed) {
  const { configureGlobal } = await import("fast-check");
  configureGlobal({ seed: Number(seed) });
}
