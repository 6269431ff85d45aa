import { describe, expect, it } from 'vitest';
import { isLoopback, isPublicAddress } from '../../../shared/domain/hooks/public-address.ts';

describe('isPublicAddress', () => {
  it.each([
    ...[
      '8.8.8.8',
      '1.1.1.1',
      '100.63.255.255',
      '100.128.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '223.255.255.255',
    ],
    ...['2606:4700:4700::1111', '2a00:1450:4001:80e::200e', '2001:4860:4860::8888'],
  ])('takes %s', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.255.255.255',
      '169.254.169.254',
      '169.254.170.2',
    ],
    ...['172.16.0.1', '172.31.255.255', '192.168.0.1', '192.0.2.1', '198.18.0.1', '203.0.113.9', '224.0.0.1'],
    ...['255.255.255.255', '::', '::1', '::ffff:8.8.8.8', '::ffff:127.0.0.1', '64:ff9b::808:808', 'fe80::1'],
    ...[
      'fe80::1%eth0',
      'fc00::1',
      'fd00:ec2::254',
      'ff02::1',
      '2002:a00:1::',
      '2001::1',
      '2001:db8::1',
      '3fff::1',
    ],
    ...[
      '',
      'example.com',
      '1.2.3',
      '1.2.3.256',
      '1:2:3',
      '1::2::3',
      '2606:4700',
      'g::1',
      '2606::1:2:3:4:5:6:7:8',
    ],
  ])('refuses %j', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1'])('knows %s', (address) => {
    expect(isLoopback(address)).toBe(true);
  });

  it.each(['128.0.0.1', '10.0.0.1', '::', '::2', '8.8.8.8', 'localhost'])(
    'does not take %s for it',
    (address) => {
      expect(isLoopback(address)).toBe(false);
    },
  );
});
