/** What opens a list, and what stands above choices without words of their own, where nobody has set it. */
export const choiceWords = {
  'pt-BR': { openList: 'Ver opções', choicePrompt: 'Escolha uma opção:' },
  en: { openList: 'See options', choicePrompt: 'Please choose:' },
  es: { openList: 'Ver opciones', choicePrompt: 'Elige una opción:' },
} as const;
