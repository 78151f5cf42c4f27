/** `buttonReply` → `button_reply`; `notOnWhatsApp` → `not_on_whatsapp`: the one word with a capital inside is one word. */
export function snakeCase(name: string): string {
  return name
    .replace('WhatsApp', 'Whatsapp')
    .replace(/(?<=.)[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase();
}
