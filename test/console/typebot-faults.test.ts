import { expect, test } from 'vitest';
import { faultOf } from '../../src/console/parts/typebots/typebot-faults.js';
import type { FieldName, Settings } from '../../src/console/parts/typebots/typebot-fields.js';

test.each<[FieldName, Partial<Settings>, ReturnType<typeof faultOf>]>([
  ['typebot_url', { typebot_url: '' }, 'required'],
  ['typebot_url', { typebot_url: 'typebot.co/shop' }, 'noAddress'],
  ['typebot_url', { typebot_url: 'ftp://typebot.co/shop' }, 'noAddress'],
  ['typebot_url', { typebot_url: 'https://' }, 'noAddress'],
  ['typebot_url', { typebot_url: 'https://app.typebot.io/typebots/ck1/edit' }, 'editorPage'],
  ['typebot_url', { typebot_url: 'https://bots.example/typebots/ck1/theme?x=1' }, 'editorPage'],
  ['typebot_url', { typebot_url: 'https://typebot.co/shop-7k2' }, undefined],
  ['typebot_url', { typebot_url: 'http://127.0.0.1:3001/' }, undefined],
  ['typebot_api_url', { typebot_api_url: '' }, undefined],
  ['typebot_api_url', { typebot_api_url: 'app.typebot.io' }, 'noAddress'],
  ['time_zone', { time_zone: '' }, 'noTimeZone'],
  ['time_zone', { time_zone: '+03:00' }, 'noTimeZone'],
  ['time_zone', { time_zone: 'America/Sao_Paolo' }, 'noTimeZone'],
  ['time_zone', { time_zone: 'America/Sao_Paulo' }, undefined],
  ['trigger_value', { trigger_type: 'keyword', trigger_value: ' ' }, 'required'],
  ['trigger_value', { trigger_type: 'all', trigger_value: '' }, undefined],
  ['trigger_value', { trigger_type: 'none', trigger_value: '' }, undefined],
  ['trigger_value', { trigger_type: 'regex', trigger_value: '(?i)^order' }, undefined],
  ['description', { description: '' }, undefined],
])('%s of %j: %s', (name, settings, fault) => {
  expect(faultOf(name, settings)).toBe(fault);
});
