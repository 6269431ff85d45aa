import type { Words } from './words.ts';

export const en: Words = {
  greeting: 'Hello,',
  told: {
    friend_joined: {
      subject: 'A friend joined {{program}} by your invitation',
      sentence: 'A friend has just joined {{program}} by your invitation. Thank you for spreading the word!',
    },
    reward_earned: {
      subject: 'You have earned {{reward}}',
      sentence: 'You have earned {{reward}} in {{program}}. It is yours from now on.',
    },
    reward_held: {
      subject: 'You have earned {{reward}}',
      sentence:
        'You have earned {{reward}} in {{program}}. It is held for a while before it is yours to use.',
    },
    reward_available: {
      subject: '{{reward}} is yours to use',
      sentence: 'What you earned in {{program}} is held no longer: {{reward}} is yours to use.',
    },
    milestone_reached: {
      subject: 'You have reached {{milestone}}',
      sentence: 'Congratulations: you have reached {{milestone}} in {{program}}.',
    },
    payout_sent: {
      subject: 'Your payout of {{amount}} is on its way',
      sentence:
        'Your payout of {{amount}} from {{program}} has been sent. Depending on your bank it can take some days to arrive.',
    },
    payout_failed: {
      subject: 'Your payout of {{amount}} did not go through',
      sentence:
        'Your payout of {{amount}} from {{program}} did not go through. The money is back in your balance: please check where you are paid, and ask for it again.',
    },
  },
  because: 'You get this mail because you take part in {{program}}.',
  unsubscribe: 'Unsubscribe',
  points: 'points',
};
