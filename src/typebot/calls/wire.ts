import { z } from 'zod';

const optionalText = z.string().optional().catch(undefined);

const failureBody = z.object({
  defined: z.boolean().catch(false),
  code: optionalText,
  message: z.string(),
  data: z.unknown().optional(),
});

/** Typebot's own error body. */
export type TypebotErrorBody = z.infer<typeof failureBody>;

/** Undefined when the body is not Typebot's, such as a proxy's page. */
export function readErrorBody(body: unknown): TypebotErrorBody | undefined {
  const parsed = failureBody.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

const uploadTarget = z.object({
  presignedUrl: z.string(),
  fileUrl: z.string(),
  fileType: optionalText,
});

/**
 * Where to PUT a file (`presignedUrl`) and its address afterwards (`fileUrl`); undefined when the answer has neither.
 */
export function readUploadTarget(body: unknown): z.infer<typeof uploadTarget> | undefined {
  const parsed = uploadTarget.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}
