import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.js';
import { LanguageProvider } from './languages.js';
import { createConsoleRouter } from './router.js';
import { takeCode } from './sign-in-code.js';
import './styles.js';
import { cssVariables, theme } from './theme.js';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The API would refuse the same request again, so only a request without an answer is repeated.
      retry: (tries, error) => tries < 3 && !(error instanceof ApiError && error.status >= 400),
    },
  },
});
const router = createConsoleRouter(client, takeCode());
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <LanguageProvider>
          <RouterProvider router={router} />
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
