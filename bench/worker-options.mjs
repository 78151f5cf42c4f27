// Loaded before the program in every process of a benchmark with `--pollers` or the like; in a worker it replaces options
// that the product sets or leaves at their defaults. Those are no settings of the product, so that only figures change them.
if (process.argv.includes('worker')) {
  const { Worker } = await import('@temporalio/worker');
  const create = Worker.create.bind(Worker);
  const others = JSON.parse(process.env.BENCH_WORKER);
  Worker.create = (options) => create({ ...options, ...others });
}
