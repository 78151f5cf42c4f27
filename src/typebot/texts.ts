import type { FlowSettings } from '../../activities/ports.js';

/** Everything Parley itself says to a contact while a flow runs. No text of a flow goes through here. */
export interface Texts {
  choicePrompt: string;
  openList: string;
  replySingle: string;
  replyMultiple: (example: string) => string;
  replySearch: string;
  /** Word that shows the next page of a long list, and the line that says so. */
  moreWord: string;
  replyMore: string;
  unnamedOption: (position: number) => string;
  number: (limits: { min?: number; max?: number; step?: number }) => string;
  email: string;
  url: string;
  phone: (example: string) => string;
  ownNumber: string;
  date: (example: string, min?: string, max?: string) => string;
  from: string;
  to: string;
  today: string;
  tomorrow: string;
  whichDate: string;
  time: (example: string) => string;
  file: (limits: { types: string[]; multiple: boolean }) => string;
  fileKinds: { image: string; video: string; audio: string };
  skipWord: string;
  replySkip: (word: string) => string;
  alsoVoice: string;
  alsoFile: string;
  alsoVoiceOrFile: string;
  payment: (amount?: string) => string;
  doneWord: string;
  replyDone: (word: string) => string;
  webhookNotice: string;
  bridge: string;
  /** Said when a reply cannot answer the question, before the question is repeated. */
  pleaseAnswer: Record<AnswerKind, string>;
}

/** What a reply must be, in words. */
export type AnswerKind =
  'text' | 'number' | 'email' | 'url' | 'phone' | 'date' | 'time' | 'choice' | 'rating' | 'file';

const portuguese: Texts = {
  choicePrompt: 'Escolha uma opção:',
  openList: 'Ver opções',
  replySingle: 'Responda com o número ou o texto',
  replyMultiple: (example) => `Responda com um ou mais números, por exemplo ${example}`,
  replySearch: 'Responda com o número ou com parte do nome',
  moreWord: 'mais',
  replyMore: 'Responda *mais* para ver os próximos',
  unnamedOption: (position) => `Opção ${position}`,
  number: (limits) =>
    numberHint(limits, {
      any: 'Responda com um número',
      between: 'Número de {min} a {max}',
      from: 'Número a partir de {min}',
      upTo: 'Número até {max}',
      step: ', de {step} em {step}',
    }),
  email: 'Por exemplo nome@exemplo.com',
  url: 'Por exemplo https://exemplo.com',
  phone: (example) => `Com o código do país, por exemplo ${example}`,
  ownNumber: 'Meu número',
  date: (example, min, max) =>
    dateHint(`Por exemplo ${example}`, { min, max }, ['de {min} a {max}', 'a partir de {min}', 'até {max}']),
  from: 'De:',
  to: 'Até:',
  today: 'Hoje',
  tomorrow: 'Amanhã',
  whichDate: 'Qual data você quis dizer?',
  time: (example) => `Por exemplo ${example}`,
  file: ({ types, multiple }) =>
    `${types.length > 0 ? `Envie um arquivo (${types.join(', ')})` : 'Envie uma foto ou um documento'}${
      multiple ? ', pode enviar vários' : ''
    }`,
  fileKinds: { image: 'imagem', video: 'vídeo', audio: 'áudio' },
  skipWord: 'Pular',
  replySkip: (word) => `Responda *${word}* para seguir sem arquivo`,
  alsoVoice: 'Você também pode enviar uma mensagem de voz',
  alsoFile: 'Você também pode enviar um arquivo',
  alsoVoiceOrFile: 'Você também pode enviar uma mensagem de voz ou um arquivo',
  payment: (amount) => `${amount ? `Pagamento de ${amount}: n` : 'N'}ão é possível pagar por aqui.`,
  doneWord: 'Pronto',
  replyDone: (word) => `Quando terminar, responda *${word}*`,
  webhookNotice: 'Ainda estou aguardando uma confirmação. Assim que ela chegar, continuamos por aqui.',
  bridge: 'Vamos continuar:',
  pleaseAnswer: {
    text: 'Por favor, responda com uma mensagem de texto.',
    number: 'Por favor, responda com um número que sirva.',
    email: 'Por favor, responda com um e-mail.',
    url: 'Por favor, responda com um link.',
    phone: 'Por favor, responda com um número de telefone.',
    date: 'Por favor, responda com uma data.',
    time: 'Por favor, responda com um horário.',
    choice: 'Por favor, responda com uma das opções.',
    rating: 'Por favor, responda com um número da escala.',
    file: 'Por favor, responda com um arquivo.',
  },
};

const english: Texts = {
  choicePrompt: 'Please choose:',
  openList: 'See options',
  replySingle: 'Reply with the number or the text',
  replyMultiple: (example) => `Reply with one or more numbers, for example ${example}`,
  replySearch: 'Reply with the number or part of the name',
  moreWord: 'more',
  replyMore: 'Reply *more* to see the next ones',
  unnamedOption: (position) => `Option ${position}`,
  number: (limits) =>
    numberHint(limits, {
      any: 'Reply with a number',
      between: 'Number from {min} to {max}',
      from: 'Number from {min} up',
      upTo: 'Number up to {max}',
      step: ', in steps of {step}',
    }),
  email: 'For example name@example.com',
  url: 'For example https://example.com',
  phone: (example) => `With country code, for example ${example}`,
  ownNumber: 'My number',
  date: (example, min, max) =>
    dateHint(`For example ${example}`, { min, max }, ['from {min} to {max}', 'from {min}', 'until {max}']),
  from: 'From:',
  to: 'To:',
  today: 'Today',
  tomorrow: 'Tomorrow',
  whichDate: 'Which date do you mean?',
  time: (example) => `For example ${example}`,
  file: ({ types, multiple }) =>
    `${types.length > 0 ? `Send a file (${types.join(', ')})` : 'Send a photo or a document'}${
      multiple ? ', several possible' : ''
    }`,
  fileKinds: { image: 'image', video: 'video', audio: 'audio' },
  skipWord: 'Skip',
  replySkip: (word) => `Reply *${word}* to go on without a file`,
  alsoVoice: 'You can also send a voice message',
  alsoFile: 'You can also send a file',
  alsoVoiceOrFile: 'You can also send a voice message or a file',
  payment: (amount) => `${amount ? `Payment of ${amount}: p` : 'P'}ayment is not possible here.`,
  doneWord: 'Done',
  replyDone: (word) => `When you have finished, reply *${word}*`,
  webhookNotice: 'I am still waiting for a confirmation. As soon as it arrives, we go on here.',
  bridge: "Let's go on:",
  pleaseAnswer: {
    text: 'Please answer with a text message.',
    number: 'Please answer with a number that fits.',
    email: 'Please answer with an email address.',
    url: 'Please answer with a link.',
    phone: 'Please answer with a phone number.',
    date: 'Please answer with a date.',
    time: 'Please answer with a time.',
    choice: 'Please answer with one of the options.',
    rating: 'Please answer with a number of the scale.',
    file: 'Please answer with a file.',
  },
};

const spanish: Texts = {
  choicePrompt: 'Elige una opción:',
  openList: 'Ver opciones',
  replySingle: 'Responde con el número o el texto',
  replyMultiple: (example) => `Responde con uno o más números, por ejemplo ${example}`,
  replySearch: 'Responde con el número o con parte del nombre',
  moreWord: 'más',
  replyMore: 'Responde *más* para ver los siguientes',
  unnamedOption: (position) => `Opción ${position}`,
  number: (limits) =>
    numberHint(limits, {
      any: 'Responde con un número',
      between: 'Número de {min} a {max}',
      from: 'Número a partir de {min}',
      upTo: 'Número hasta {max}',
      step: ', de {step} en {step}',
    }),
  email: 'Por ejemplo nombre@ejemplo.com',
  url: 'Por ejemplo https://ejemplo.com',
  phone: (example) => `Con el código del país, por ejemplo ${example}`,
  ownNumber: 'Mi número',
  date: (example, min, max) =>
    dateHint(`Por ejemplo ${example}`, { min, max }, [
      'de {min} a {max}',
      'a partir de {min}',
      'hasta {max}',
    ]),
  from: 'Desde:',
  to: 'Hasta:',
  today: 'Hoy',
  tomorrow: 'Mañana',
  whichDate: '¿Qué fecha quieres decir?',
  time: (example) => `Por ejemplo ${example}`,
  file: ({ types, multiple }) =>
    `${types.length > 0 ? `Envía un archivo (${types.join(', ')})` : 'Envía una foto o un documento'}${
      multiple ? ', puedes enviar varios' : ''
    }`,
  fileKinds: { image: 'imagen', video: 'vídeo', audio: 'audio' },
  skipWord: 'Saltar',
  replySkip: (word) => `Responde *${word}* para seguir sin archivo`,
  alsoVoice: 'También puedes enviar un mensaje de voz',
  alsoFile: 'También puedes enviar un archivo',
  alsoVoiceOrFile: 'También puedes enviar un mensaje de voz o un archivo',
  payment: (amount) => `${amount ? `Pago de ${amount}: n` : 'N'}o es posible pagar por aquí.`,
  doneWord: 'Listo',
  replyDone: (word) => `Cuando termines, responde *${word}*`,
  webhookNotice: 'Todavía espero una confirmación. En cuanto llegue, seguimos por aquí.',
  bridge: 'Sigamos:',
  pleaseAnswer: {
    text: 'Por favor, responde con un mensaje de texto.',
    number: 'Por favor, responde con un número que sirva.',
    email: 'Por favor, responde con un correo electrónico.',
    url: 'Por favor, responde con un enlace.',
    phone: 'Por favor, responde con un número de teléfono.',
    date: 'Por favor, responde con una fecha.',
    time: 'Por favor, responde con una hora.',
    choice: 'Por favor, responde con una de las opciones.',
    rating: 'Por favor, responde con un número de la escala.',
    file: 'Por favor, responde con un archivo.',
  },
};

const tables: Record<FlowSettings['locale'], Texts> = { 'pt-BR': portuguese, en: english, es: spanish };

/** Parley's own words in a typebot's language (contract 2, `locale`). */
export function textsFor(locale: FlowSettings['locale']): Texts {
  return tables[locale];
}

interface NumberWords {
  any: string;
  between: string;
  from: string;
  upTo: string;
  step: string;
}

function numberHint(limits: { min?: number; max?: number; step?: number }, words: NumberWords): string {
  const { min, max, step } = limits;
  const range =
    min !== undefined && max !== undefined
      ? words.between
      : min !== undefined
        ? words.from
        : max !== undefined
          ? words.upTo
          : words.any;
  const steps = step !== undefined && step !== 1 ? words.step : '';
  return `${range}${steps}`
    .replace('{min}', String(min))
    .replace('{max}', String(max))
    .replaceAll('{step}', String(step));
}

function dateHint(
  example: string,
  { min, max }: { min?: string; max?: string },
  [between, from, until]: [string, string, string],
): string {
  const range = min && max ? between : min ? from : max ? until : undefined;
  return range ? `${example} (${range.replace('{min}', min ?? '').replace('{max}', max ?? '')})` : example;
}
