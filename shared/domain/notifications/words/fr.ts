import type { Words } from './words.ts';

export const fr: Words = {
  greeting: 'Bonjour,',
  told: {
    friend_joined: {
      subject: 'Quelqu’un a rejoint {{program}} grâce à votre invitation',
      sentence:
        'Quelqu’un vient de rejoindre {{program}} grâce à votre invitation. Merci d’en parler autour de vous !',
    },
    reward_earned: {
      subject: 'Vous avez gagné {{reward}}',
      sentence: 'Vous avez gagné {{reward}} avec {{program}}. Vous pouvez en profiter dès maintenant.',
    },
    reward_held: {
      subject: 'Vous avez gagné {{reward}}',
      sentence:
        'Vous avez gagné {{reward}} avec {{program}}. Vous pourrez en profiter après un délai d’attente.',
    },
    reward_available: {
      subject: 'Désormais disponible : {{reward}}',
      sentence:
        'Le délai d’attente de ce que vous avez gagné avec {{program}} est terminé : vous pouvez maintenant profiter de {{reward}}.',
    },
    milestone_reached: {
      subject: 'Vous avez atteint {{milestone}}',
      sentence: 'Félicitations : vous avez atteint {{milestone}} avec {{program}}.',
    },
    payout_sent: {
      subject: 'Votre versement de {{amount}} est en route',
      sentence:
        'Votre versement de {{amount}} de la part de {{program}} a été envoyé. Selon votre banque, il peut mettre quelques jours à arriver.',
    },
    payout_failed: {
      subject: 'Votre versement de {{amount}} n’a pas abouti',
      sentence:
        'Votre versement de {{amount}} de la part de {{program}} n’a pas abouti. L’argent est de retour sur votre solde : vérifiez où vous êtes payé, puis refaites votre demande.',
    },
  },
  because: 'Vous recevez cet e-mail parce que vous participez à {{program}}.',
  unsubscribe: 'Se désabonner',
  points: 'points',
};
