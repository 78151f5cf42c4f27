// The description is read from here, and tried out where the page came from: PARLEY_PUBLIC_URL may be another origin,
// to which the page's policy lets nothing go.
const page = document.getElementById('description');
const answer = await fetch(page.dataset.document);
window.SwaggerUIBundle({
  domNode: page,
  spec: { ...(await answer.json()), servers: [{ url: location.origin }] },
  defaultModelsExpandDepth: 0,
  deepLinking: true,
  validatorUrl: null,
});
