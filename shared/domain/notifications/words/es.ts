import type { Words } from './words.ts';

export const es: Words = {
  greeting: 'Hola:',
  told: {
    friend_joined: {
      subject: 'Alguien se ha unido a {{program}} con tu invitación',
      sentence: 'Alguien acaba de unirse a {{program}} con tu invitación. ¡Gracias por correr la voz!',
    },
    reward_earned: {
      subject: 'Has ganado {{reward}}',
      sentence: 'Has ganado {{reward}} en {{program}}. Ya está a tu disposición.',
    },
    reward_held: {
      subject: 'Has ganado {{reward}}',
      sentence:
        'Has ganado {{reward}} en {{program}}. Estará a tu disposición después de un periodo de espera.',
    },
    reward_available: {
      subject: 'Ya disponible: {{reward}}',
      sentence:
        'Ha terminado el periodo de espera de lo que ganaste en {{program}}: ya puedes disponer de {{reward}}.',
    },
    milestone_reached: {
      subject: 'Has alcanzado {{milestone}}',
      sentence: '¡Enhorabuena! Has alcanzado {{milestone}} en {{program}}.',
    },
    payout_sent: {
      subject: 'Tu pago de {{amount}} está en camino',
      sentence:
        'Tu pago de {{amount}} de {{program}} se ha enviado. Según tu banco, puede tardar unos días en llegar.',
    },
    payout_failed: {
      subject: 'Tu pago de {{amount}} no se ha podido completar',
      sentence:
        'Tu pago de {{amount}} de {{program}} no se ha podido completar. El dinero vuelve a estar en tu saldo: revisa dónde recibes los pagos y solicítalo de nuevo.',
    },
  },
  because: 'Recibes este correo porque participas en {{program}}.',
  unsubscribe: 'Darse de baja',
  points: 'puntos',
};
