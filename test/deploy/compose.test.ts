import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { environmentSchema } from '../../src/environment-schema.js';
import { record } from '../../src/foreign/record-schema.js';
import { createBacklogGauges } from '../../src/http/health/backlog-gauges.js';
import { createMetrics } from '../../src/metrics.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFile(path.join(root, file), 'utf8');

const composeShape = z.object({
  services: record(
    z.string(),
    z.object({
      image: z.string(),
      command: z.array(z.string()).optional(),
      environment: record(z.string(), z.union([z.string(), z.number()])).default({}),
      volumes: z.array(z.string()).default([]),
      ports: z.array(z.string()).default([]),
      networks: z.array(z.string()),
      depends_on: record(z.string(), z.object({ condition: z.string() })).default({}),
      healthcheck: z.unknown().optional(),
      logging: z.unknown().optional(),
      mem_limit: z.string().optional(),
      deploy: z.unknown().optional(),
    }),
  ),
  networks: record(z.string(), z.unknown()),
  volumes: record(z.string(), z.unknown()),
});

const alertFile = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

const readCompose = async () => parse(await read('docker-compose.yml'), { merge: true });

test('docker-compose.yml is valid by the schema of the Compose specification', async () => {
  // Its ids and drafts are older than Ajv; nothing in it refers to them.
  const schema = JSON.parse(await read('test/fixtures/compose/compose-spec.json'), (name, value) =>
    name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value,
  );
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile(schema);
  validate(await readCompose());
  expect(validate.errors).toBeNull();
});

test('every service, volume, network and file that the compose file names exists', async () => {
  const { services, networks, volumes } = composeShape.parse(await readCompose());
  for (const service of Object.values(services)) {
    for (const [name, { condition }] of Object.entries(service.depends_on)) {
      expect(services).toHaveProperty(name);
      if (condition === 'service_healthy') expect(services[name]?.healthcheck).toBeDefined();
    }
    for (const network of service.networks) expect(networks).toHaveProperty(network);
    for (const [source = ''] of service.volumes.map((volume) => volume.split(':'))) {
      if (source.startsWith('.')) expect(existsSync(path.join(root, source)), source).toBe(true);
      else expect(volumes).toHaveProperty(source);
    }
  }
});

test('only the loopback interface is published, and neither Temporal nor PostgreSQL is', async () => {
  const { services } = composeShape.parse(await readCompose());
  for (const service of Object.values(services)) {
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
  expect(services.temporal?.ports).toEqual([]);
  expect(services.postgres?.ports).toEqual([]);
});

test('the Temporal server has 512 shards, fixed images and the same latency settings as the embedded one', async () => {
  const { services } = composeShape.parse(await readCompose());
  expect(services.temporal?.environment.NUM_HISTORY_SHARDS).toBe(512);
  for (const service of Object.values(services)) expect(service.image).toMatch(/:(v?\d|\$\{PARLEY_VERSION)/);
  const file = String(services.temporal?.environment.DYNAMIC_CONFIG_FILE_PATH).split('/').at(-1);
  expect(parse(await read(`deploy/temporal/${file}`))).toMatchObject({
    'history.transferProcessorMaxPollRPS': [{ value: 2000 }],
    'history.timerProcessorMaxPollRPS': [{ value: 2000 }],
    'history.timerProcessorMaxTimeShift': [{ value: '50ms' }],
  });
});

test('no password or key is written down', async () => {
  const { services } = composeShape.parse(await readCompose());
  for (const service of Object.values(services)) {
    for (const [name, value] of Object.entries(service.environment)) {
      if (/PASSWORD|PWD|_KEYS?$/.test(name)) expect(value, name).toMatch(/^\$\{/);
    }
  }
});

test('every variable of the README reaches API and worker, files are kept without one being set', async () => {
  const { services } = composeShape.parse(await readCompose());
  const rows = (await read('README.md')).match(/^\| `[A-Z_0-9]+`.*$/gm) ?? [];
  const known = Object.keys(environmentSchema.shape).filter((name) => name.startsWith('PARLEY_'));
  const ofDevelopment = ['PARLEY_DATA_DIR', 'PARLEY_WORKER_PORT'];
  for (const name of known) {
    expect(rows.join(' '), name).toContain(name.replace(/^(PARLEY_(S3|TRANSCRIPTION))(?=_)/, ''));
    if (ofDevelopment.includes(name)) continue;
    for (const service of ['api', 'worker'])
      expect(services[service]?.environment, name).toHaveProperty(name);
  }
  for (const service of ['api', 'worker'])
    expect(services[service]?.environment).toHaveProperty('OTEL_EXPORTER_OTLP_ENDPOINT');
  expect(services.api?.environment.PARLEY_MEDIA_DIR).toBe('${PARLEY_MEDIA_DIR-/data/media}');
  expect(await read('Dockerfile')).toContain('PARLEY_MEDIA_DIR=/data/media');
});

test('two APIs behind the proxy and two workers are watched, logs are rotated, memory is bounded', async () => {
  const { services } = composeShape.parse(await readCompose());
  for (const name of ['api', 'worker']) {
    expect(services[name]).toMatchObject({ deploy: { replicas: 2 }, healthcheck: {} });
    expect(services[name]?.ports).toEqual([]);
  }
  const port = services.worker?.environment.PARLEY_WORKER_PORT;
  expect(JSON.stringify(services.worker?.healthcheck)).toContain(`127.0.0.1:${port}/healthz`);
  expect(await read('Dockerfile')).toMatch(/^ENV .*\bMALLOC_ARENA_MAX=2\b/m);
  const oneShot = ['temporal-schema', 'temporal-namespace'];
  for (const [name, service] of Object.entries(services)) {
    expect(service.logging, name).toMatchObject({ options: { 'max-size': expect.any(String) } });
    if (!oneShot.includes(name)) expect(service.mem_limit, name).toBeDefined();
  }
});

test('alerts and dashboard name metrics that API and worker publish, and every alert is explained', async () => {
  const rules = await read('deploy/prometheus/alerts.yml');
  const asked = [
    ...`${rules}${await read('deploy/grafana/parley.json')}`.matchAll(/\b(?:parley|nodejs|process)_\w+/g),
  ];
  const { registry } = createMetrics({ processMetrics: true });
  createBacklogGauges(registry, { query: () => Promise.reject(new Error('nothing is asked')) });
  const published = (await registry.getMetricsAsJSON()).map(({ name }) => name);
  for (const [name] of asked) {
    if (name === 'parley_json') continue;
    expect(published, name).toContain(name.replace(/_(bucket|count|sum)$/, ''));
  }
  const operations = await read('docs/operations.md');
  const { groups } = alertFile.parse(parse(rules));
  const alerts = groups.flatMap((group) => group.rules.map(({ alert }) => alert));
  expect(alerts[0]).toBe('ParleyMessagesNotTaken');
  for (const alert of alerts) expect(operations).toContain(`\`${alert}\``);
  registry.clear();
});

test('api, worker and migrate are one image with one command each', async () => {
  const { services } = composeShape.parse(await readCompose());
  for (const name of ['api', 'worker', 'migrate']) {
    expect(services[name]).toMatchObject({ image: services.api?.image, command: [name] });
  }
});
