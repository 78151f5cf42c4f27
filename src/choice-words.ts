/** By language: default label of the button that opens a list, and default text above choices that have none. */
export const choiceWords = {
  'pt-BR': { openList: 'Ver opções', choicePrompt: 'Escolha uma opção:' },
  en: { openList: 'See options', choicePrompt: 'Please choose:' },
  es: { openList: 'Ver opciones', choicePrompt: 'Elige una opción:' },
} as const;
