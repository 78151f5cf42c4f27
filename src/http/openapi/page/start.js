// "Try it out" must go to the page's own origin: PARLEY_PUBLIC_URL may be another one, which the page's policy blocks.
const page = document.getElementById('description');
const answer = await fetch(page.dataset.document);
const description = await answer.json();

// Swagger UI would send the example of every parameter unless its field is emptied, so optional parameters start empty.
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
