import { describe, expect, it } from 'vitest';
import { hostingNetworks } from '../../../../shared/domain/fraud/hosting-networks.ts';
import { dataCentreClick } from '../../../../shared/domain/fraud/rules/data-centre-click.ts';
import { now, observed, unknown } from '../signals.ts';

const from = (asn: number) => ({ click: { at: now - 60_000, kind: 'human' as const, asn } });

describe('a click from a data centre', () => {
  it('is found by its network, and says whose it is', () => {
    expect(observed(dataCentreClick, from(16509))).toEqual({ asn: 16509, network: 'Amazon Web Services' });
    expect(observed(dataCentreClick, from(3320))).toBeUndefined();
  });

  it('is none where no edge names the network', () => {
    expect(observed(dataCentreClick, {})).toBeUndefined();
    expect(observed(dataCentreClick, unknown)).toBeUndefined();
  });

  it('is found in networks of the program’s own, besides the list or in its place', () => {
    expect(observed(dataCentreClick, from(64500), { moreAsns: [64500] })).toEqual({ asn: 64500 });
    expect(observed(dataCentreClick, from(16509), { moreAsns: [64500] })).toBeDefined();
    expect(observed(dataCentreClick, from(64500), { asns: [64500] })).toBeDefined();
    expect(observed(dataCentreClick, from(16509), { asns: [64500] })).toBeUndefined();
  });

  it('flags, and no more', () => expect(dataCentreClick.action).toBe('flag'));

  it.each([13335, 54113, 36183, 15169, 22616, 53813, 9009, 212238])(
    'is not made of network %i, behind which people browse',
    (asn) => expect(hostingNetworks).not.toHaveProperty(`${asn}`),
  );
});
