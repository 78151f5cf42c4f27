// The one way in which the workflows become a bundle: by the build, and by the tests.
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/**
 * The code of a bundle for workers. Our modules are loaded once and shared by all runs of a worker, not once for each: a quarter
 * of the heap of a cached run, and a quicker start of each. This is only safe since none keeps anything that changes
 * outside of its functions (`test/workflows/shared-modules.test.ts`); Temporal's SDK freezes what they export.
 * @param {string} entry file that exports the workflows
 * @param {string[]} [workflowInterceptorModules] files; they may keep something for each run, so each run loads its own
 */
export async function bundleWorkflows(entry, workflowInterceptorModules = []) {
  const { code } = await bundleWorkflowCode({
    workflowsPath: entry,
    preloadModules: [entry],
    workflowInterceptorModules,
    logger: new DefaultLogger('ERROR'),
  });
  return code;
}
