import { z } from 'zod';
import { record } from '../../foreign/record-schema.js';
import { states } from './schema.js';

const nothing = z.null();
const time = z.iso.datetime();
const session = {
  id: z.int(),
  project_id: z.int(),
  session_uid: z.string(),
  integration_id: z.int(),
  status: z.enum(['open', 'closed']),
  device_type: nothing,
  platform: z.enum(['whatsapp']).nullable(),
  chat_mode: z.enum(['1', '2', '3']),
  ip: nothing,
  country: nothing,
  segment: z.string(),
  state: z.enum(states),
  contact_id: z.int().nullable(),
  data: z.object({}),
};
const created = {
  ...session,
  visitor_id: nothing,
  is_emulator: z.literal(false),
  createdAt: time,
  updatedAt: time,
};
const choices = z.array(
  z.object({ icon: z.string(), text: z.string(), value: z.string(), enabled: z.boolean() }),
);
const contentType = z.enum(['text', 'picker', 'image', 'audio', 'video', 'file']);
const sender = z.enum(['user', 'assistant', 'operator']);
const flag = z.enum(['0', '1']);

const sentMessage = {
  send_by: sender,
  origin: z.literal('api'),
  session_uid: z.string(),
  type: z.literal('text'),
  message_id: z.int(),
  message: z.string(),
  content_type: contentType,
  id: z.int(),
  choices,
};

const listedSession = {
  ...session,
  created_at: time,
  updated_at: time,
  total_unseen: z.string(),
  last_message_time: time.nullable(),
  last_message: z.string().nullable(),
  last_message_id: z.int().nullable(),
  last_message_content_type: contentType.nullable(),
  last_message_type: z.literal(0).nullable(),
  visitor_data: z.object({}),
  contact_data: z.object({ phone: z.string().nullable(), name: z.string() }).partial(),
  session_meta: record(z.string(), z.string()),
};

const listedMessage = {
  id: z.int(),
  session_id: z.int(),
  send_by: sender,
  rate: nothing,
  message: z.string(),
  type: z.literal(0),
  seen: flag,
  sender_id: nothing,
  content_type: contentType,
  choices,
  targets: z.object({}),
  url: z.string().nullable(),
  delivered: flag,
  provider_message_id: z.string().nullable(),
  streaming: z.literal(false),
  response_source: nothing,
  extra_data: z.object({}),
  createdAt: time,
  deleted_at: nothing,
  AILog: z.array(z.unknown()),
};

function success(message: string, data: z.ZodType) {
  return z.object({ type: z.literal('RXSUCCESS'), message: z.literal(message), data });
}

/** The answers of the five calls; objects have exactly these keys. */
export const replySchemas = {
  updated: success('Session updated successfully', z.strictObject({ ...created, language: nothing })),
  created: success('Chatbot session created successfully', z.strictObject(created)),
  sent: z.union([
    success('AI reply', z.strictObject(sentMessage)),
    success('Message sent', z.strictObject(sentMessage)),
  ]),
  listed: success('Session detail', z.array(z.strictObject(listedSession))),
  messages: success('Session messages', z.array(z.strictObject(listedMessage))),
};

/** Every error of this surface. */
export const errorReplySchema = z.object({ type: z.literal('RXERROR'), message: z.string() });
