/** By language: the default label of the button that opens a list, and the default text above choices without one. */
export const choiceWords = {
  'pt-BR': { openList: 'Ver opções', choicePrompt: 'Escolha uma opção:' },
  en: { openList: 'See options', choicePrompt: 'Please choose:' },
  es: { openList: 'Ver opciones', choicePrompt: 'Elige una opción:' },
} as const;
