import { runApi } from '../run.js';
import { sandboxPhone } from './phone/routes.js';

// The API as the launcher runs it: with the sandbox phone, which no other process has.
process.exit(await runApi({ mount: sandboxPhone }));
