/**
 * The one-time code of a sign-in link. It stands behind the #, which no server and no log sees, and is taken out of the
 * address at once.
 */
export function takeCode(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get('code') ?? undefined;
  if (code !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return code;
}
