import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFile(path.join(root, file), 'utf8');

const composeShape = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
      volumes: z.array(z.string()).default([]),
      ports: z.array(z.string()).default([]),
      networks: z.array(z.string()),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      healthcheck: z.unknown().optional(),
    }),
  ),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
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
  for (const service of Object.values(services)) expect(service.image).toMatch(/:(\d|\$\{PARLEY_VERSION)/);
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

test('api, worker and migrate are one image with one command each', async () => {
  const { services } = composeShape.parse(await readCompose());
  for (const name of ['api', 'worker', 'migrate']) {
    expect(services[name]).toMatchObject({ image: services.api?.image, command: [name] });
  }
});
