/**
 * Networks, by number (ASN), of well-known companies that rent out servers. Left out are those behind which people
 * browse as a matter of course (docs/fraud.md says which).
 */
export const hostingNetworks: Readonly<Record<number, string>> = {
  8075: 'Microsoft Azure',
  8560: 'IONOS',
  12876: 'Scaleway',
  14061: 'DigitalOcean',
  14618: 'Amazon Web Services',
  16276: 'OVHcloud',
  16509: 'Amazon Web Services',
  20473: 'Vultr',
  24940: 'Hetzner',
  28753: 'Leaseweb',
  31898: 'Oracle Cloud',
  36351: 'IBM Cloud',
  37963: 'Alibaba Cloud',
  40021: 'Contabo',
  45090: 'Tencent Cloud',
  45102: 'Alibaba Cloud',
  51167: 'Contabo',
  53667: 'BuyVM',
  55990: 'Huawei Cloud',
  60781: 'Leaseweb',
  63949: 'Akamai Linode',
  132203: 'Tencent Cloud',
  136907: 'Huawei Cloud',
  197540: 'netcup',
  213230: 'Hetzner',
  396982: 'Google Cloud',
};
