import { choiceWords } from '../../choice-words.js';
import { dateHint, numberHint } from './limits.js';
import type { Texts } from './texts.js';

/** Brazilian Portuguese. */
export const portuguese: Texts = {
  ...choiceWords['pt-BR'],
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
  dayMonthYear: 'dia/mês/ano',
  monthDayYear: 'mês/dia/ano',
  from: 'De:',
  to: 'Até:',
  today: 'Hoje',
  tomorrow: 'Amanhã',
  whichDate: 'Qual data você quis dizer?',
  whichTime: 'Qual horário você quis dizer?',
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
  bridgeOnly: (answered) =>
    `Vamos continuar: recebi a sua resposta${answered && ` a “${answered}”`}, mas a pergunta seguinte se perdeu.`,
  lostEnd:
    'A conversa terminou aqui, e talvez as minhas últimas palavras tenham se perdido. Se faltou algo, escreva de novo.',
  staleTap: 'Essa opção é de uma pergunta anterior. A pergunta atual é esta:',
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
