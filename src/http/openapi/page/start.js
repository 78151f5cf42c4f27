// The description is read from here, and tried out where the page came from: PARLEY_PUBLIC_URL may be another origin,
// to which the page's policy lets nothing go.
const page = document.getElementById('description');
const answer = await fetch(page.dataset.document);
const description = await answer.json();

// Swagger UI sends the example of a parameter unless somebody empties its field: what may be left out begins empty.
for (const operation of Object.values(description.paths).flatMap(Object.values)) {
  for (const parameter of operation.parameters ?? [])
    if (parameter.required !== true) delete parameter.example;
}

window.SwaggerUIBundle({
  domNode: page,
  spec: { ...description, servers: [{ url: location.origin }] },
  defaultModelsExpandDepth: 0,
  deepLinking: true,
  validatorUrl: null,
});
