// Runs named checks in order, each with a time limit, and counts them. A later check may stand on what an earlier one did.
const kCheckMs = 30_000;

export function checks() {
  let passed = 0;
  let failed = 0;
  return {
    async check(name, work) {
      const began = performance.now();
      let late;
      try {
        const limit = new Promise((_, reject) => {
          late = setTimeout(() => reject(new Error(`not done after ${kCheckMs} ms`)), kCheckMs);
        });
        await Promise.race([work(), limit]);
        passed += 1;
        console.log(`ok      ${name} (${Math.round(performance.now() - began)} ms)`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED  ${name}\n        ${String(error?.message ?? error).split('\n').join('\n        ')}`);
      } finally {
        clearTimeout(late);
      }
    },
    // Returns the exit status.
    finish() {
      console.log(`${passed} passed, ${failed} failed`);
      return failed === 0 && passed > 0 ? 0 : 1;
    },
  };
}
