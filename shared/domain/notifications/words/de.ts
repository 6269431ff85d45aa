import type { Words } from './words.ts';

export const de: Words = {
  greeting: 'Hallo!',
  told: {
    friend_joined: {
      subject: 'Über deine Einladung ist jemand bei {{program}} dabei',
      sentence:
        'Über deine Einladung ist gerade jemand zu {{program}} gekommen. Danke, dass du es weitergesagt hast!',
    },
    reward_earned: {
      subject: 'Du hast {{reward}} verdient',
      sentence: 'Du hast bei {{program}} {{reward}} verdient. Ab sofort kannst du darüber verfügen.',
    },
    reward_held: {
      subject: 'Du hast {{reward}} verdient',
      sentence:
        'Du hast bei {{program}} {{reward}} verdient. Bis du darüber verfügen kannst, dauert es noch eine Weile.',
    },
    reward_available: {
      subject: 'Jetzt verfügbar: {{reward}}',
      sentence:
        'Die Wartezeit für das, was du bei {{program}} verdient hast, ist vorbei: Über {{reward}} kannst du jetzt verfügen.',
    },
    milestone_reached: {
      subject: 'Du hast {{milestone}} erreicht',
      sentence: 'Herzlichen Glückwunsch: Du hast bei {{program}} {{milestone}} erreicht.',
    },
    payout_sent: {
      subject: 'Deine Auszahlung von {{amount}} ist unterwegs',
      sentence:
        'Deine Auszahlung von {{amount}} bei {{program}} ist auf dem Weg. Je nach Bank kann es einige Tage dauern, bis sie ankommt.',
    },
    payout_failed: {
      subject: 'Deine Auszahlung von {{amount}} hat nicht geklappt',
      sentence:
        'Deine Auszahlung von {{amount}} bei {{program}} hat nicht geklappt. Das Geld ist wieder auf deinem Guthaben: Bitte prüfe, wohin du ausgezahlt wirst, und fordere es noch einmal an.',
    },
  },
  because: 'Du bekommst diese Mail, weil du bei {{program}} mitmachst.',
  unsubscribe: 'Abmelden',
  points: 'Punkte',
};
