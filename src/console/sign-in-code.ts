/**
 * Takes the one-time code of a sign-in link out of the page's address. It follows the `#`, so no server and no log sees
 * it.
 */
export function takeCode(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get('code') ?? undefined;
  if (code !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return code;
}
