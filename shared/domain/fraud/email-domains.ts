const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Where everybody can have an address, beside the providers whose addresses are known more closely. */
export const publicDomains = words(`
  163.com 126.com aol.com att.net bellsouth.net bigpond.com bluewin.ch bt.com btinternet.com charter.net comcast.net
  cox.net daum.net duck.com earthlink.net fastmail.com fastmail.fm foxmail.com free.fr freenet.de gmx.at gmx.ch gmx.com
  gmx.de gmx.net hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com
  inbox.lv inbox.ru interia.pl kakao.com laposte.net libero.it list.ru live.co.uk live.com live.fr live.nl mail.com
  mail.de mail.ru mailbox.org mailfence.com msn.com naver.com ntlworld.com o2.pl op.pl optonline.net orange.fr
  outlook.com outlook.de outlook.es outlook.fr posteo.de qq.com rambler.ru rediffmail.com rogers.com runbox.com
  sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com t-online.de tiscali.it tuta.com tuta.io tutanota.com
  ukr.net verizon.net virgilio.it virginmedia.com wanadoo.fr web.de wp.pl xtra.co.nz yahoo.ca yahoo.co.in
  yahoo.co.jp yahoo.co.uk yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it zoho.com zohomail.com
`);

/** Domains of addresses that are made to be thrown away, with all below them. */
export const disposableDomains = words(`
  10minutemail.com 20minutemail.com 33mail.com anonbox.net burnermail.io byom.de discard.email discardmail.com
  dispostable.com dropmail.me emailondeck.com emailfake.com fakeinbox.com fakemail.net getairmail.com getnada.com
  grr.la guerrillamail.biz guerrillamail.com guerrillamail.de guerrillamail.info guerrillamail.net guerrillamail.org
  guerrillamailblock.com harakirimail.com inboxbear.com inboxkitten.com incognitomail.org jetable.org mail-temp.com
  mail.tm mailcatch.com maildrop.cc mailinator.com mailinator.net mailnesia.com mailnull.com mailsac.com meltmail.com
  mintemail.com moakt.com mohmal.com mytemp.email mytrashmail.com nada.email nowmymail.com pokemail.net sharklasers.com
  spam4.me spamgourmet.com spambox.us spamex.com temp-mail.io temp-mail.org tempail.com tempinbox.com tempmail.com
  tempmail.net tempmailo.com tempr.email throwawaymail.com trash-mail.com trashmail.com trashmail.de trashmail.me
  trashmail.net trbvm.com wegwerfmail.de wegwerfmail.net wegwerfmail.org yopmail.com yopmail.fr yopmail.net
`);
