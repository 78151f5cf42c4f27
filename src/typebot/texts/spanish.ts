import { choiceWords } from '../../choice-words.js';
import { dateHint, numberHint } from './limits.js';
import type { Texts } from './texts.js';

/** Spanish. */
export const spanish: Texts = {
  ...choiceWords.es,
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
  dayMonthYear: 'día/mes/año',
  monthDayYear: 'mes/día/año',
  from: 'Desde:',
  to: 'Hasta:',
  today: 'Hoy',
  tomorrow: 'Mañana',
  whichDate: '¿Qué fecha quieres decir?',
  whichTime: '¿Qué hora quieres decir?',
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
  bridgeOnly: (answered) =>
    `Sigamos: recibí tu respuesta${answered && ` a “${answered}”`}, pero la pregunta siguiente se perdió.`,
  lostEnd:
    'La conversación terminó aquí, y quizá se perdieron mis últimas palabras. Si falta algo, escribe de nuevo.',
  staleTap: 'Esa opción es de una pregunta anterior. La pregunta actual es esta:',
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
