export function readEnv(): NodeJS.ProcessEnv {
  return process.env;
}
