/** Holds the workflow thread for six seconds, as when the process is frozen in the middle of a step. */
export async function stalls() {
  await null;
  return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_000);
}
