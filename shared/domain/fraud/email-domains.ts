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
