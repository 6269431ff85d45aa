import type { Words } from './words.ts';

export const pt: Words = {
  greeting: 'Olá,',
  told: {
    friend_joined: {
      subject: 'Alguém entrou em {{program}} pelo seu convite',
      sentence: 'Alguém acabou de entrar em {{program}} pelo seu convite. Agradecemos a recomendação!',
    },
    reward_earned: {
      subject: 'Você ganhou {{reward}}',
      sentence: 'Você ganhou {{reward}} em {{program}}. Já está à sua disposição.',
    },
    reward_held: {
      subject: 'Você ganhou {{reward}}',
      sentence:
        'Você ganhou {{reward}} em {{program}}. Estará à sua disposição depois de um período de espera.',
    },
    reward_available: {
      subject: 'Já disponível: {{reward}}',
      sentence:
        'Terminou o período de espera do que você ganhou em {{program}}: agora pode dispor de {{reward}}.',
    },
    milestone_reached: {
      subject: 'Você alcançou {{milestone}}',
      sentence: 'Parabéns! Você alcançou {{milestone}} em {{program}}.',
    },
    payout_sent: {
      subject: 'Seu pagamento de {{amount}} está a caminho',
      sentence:
        'Seu pagamento de {{amount}} de {{program}} foi enviado. Dependendo do seu banco, pode levar alguns dias para chegar.',
    },
    payout_failed: {
      subject: 'Seu pagamento de {{amount}} não foi concluído',
      sentence:
        'Seu pagamento de {{amount}} de {{program}} não foi concluído. O dinheiro voltou para o seu saldo: confira onde você recebe e peça o pagamento novamente.',
    },
  },
  because: 'Você recebe este e-mail porque participa de {{program}}.',
  unsubscribe: 'Cancelar o recebimento',
  points: 'pontos',
};
