import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { onSignedOut } from './api/client.js';
import { forgetPerson, showSignIn, whoQuery } from './api/queries.js';
import { SignIn } from './pages/sign-in.js';
import { Trouble, Waiting } from './parts/states.js';

/**
 * Shows `children` to a person who is signed in, else the sign-in page. `code` of a sign-in link is used automatically.
 */
export function Door({ code, children }: { code: string | undefined; children: ReactNode }) {
  const client = useQueryClient();
  const who = useQuery(whoQuery);
  useEffect(() => onSignedOut(() => showSignIn(client)), [client]);
  const isOut = who.data === null;
  // As an effect it comes after the pages have gone.
  useEffect(() => {
    if (isOut) forgetPerson(client);
  }, [client, isOut]);
  if (who.data) return children;
  if (who.isPending) return <Waiting />;
  if (who.isError) return <Trouble error={who.error} onAgain={() => void who.refetch()} />;
  return <SignIn code={code} onSignedIn={(signedIn) => client.setQueryData(whoQuery.queryKey, signedIn)} />;
}
