import { describe, expect, it } from 'vitest';
import { adNetwork } from '../../../shared/contract/fields.ts';
import { adNetworkOf, adNetworks } from '../../../shared/domain/clicks/ad-network.ts';

describe('whose advertisement was followed', () => {
  it.each([
    [{ gclid: 'x' }, 'google'],
    [{ gbraid: 'x' }, 'google'],
    [{ wbraid: 'x' }, 'google'],
    [{ gad_source: '1' }, 'google'],
    [{ msclkid: 'x' }, 'microsoft'],
    [{ ttclid: 'x' }, 'tiktok'],
    [{ twclid: 'x' }, 'x'],
    [{ li_fat_id: 'x' }, 'linkedin'],
    [{ rdt_cid: 'x' }, 'reddit'],
    [{ fbclid: 'x' }, 'facebook'],
    [{ fbclid: 'x', gclid: 'y' }, 'google'],
    [{ utm_medium: 'cpc' }, 'other'],
    [{ utm_medium: ' PPC ' }, 'other'],
    [{ utm_medium: 'paid_social' }, 'other'],
    [{ utm_medium: 'cpc', msclkid: 'x' }, 'microsoft'],
    [{ utm_medium: 'paid', fbclid: 'x' }, 'other'],
  ] as const)('of %j is of %s', (query, network) => expect(adNetworkOf(query)).toBe(network));

  it.each([
    [{}],
    [{ gclid: '' }],
    [{ utm_medium: 'email' }],
    [{ utm_medium: 'cpa' }],
    [{ utm_medium: 'affiliate' }],
    [{ utm_source: 'google' }],
    [{ GCLID: 'x' }],
  ])('of %j is nobody', (query) => expect(adNetworkOf(query)).toBeUndefined());

  it('is one of those that the contract names', () => {
    expect(adNetwork.options).toEqual([...adNetworks]);
  });
});
