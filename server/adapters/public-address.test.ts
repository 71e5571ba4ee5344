import { expect, test } from 'vitest';
import { isPublicAddress, isWithin } from './public-address.ts';

test.each(['1.1.1.1', '93.184.215.14', '2606:4700::1111', '2a00:1450:4001::1'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  ...['0.0.0.0', '10.0.0.1', '127.0.0.1', '127.1.2.3', '169.254.169.254', '172.16.0.1', '192.168.1.1', '192.0.0.1'],
  ...[
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
  ],
  ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1', 'fd00::1', 'ff02::1', '2001:db8::1', '100::1'],
  ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '::8.8.8.8', '::ffff:0:10.0.0.1'],
  ...['64:ff9b::10.0.0.1', '64:ff9b::8.8.8.8', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:4136::1', '3fff::1', '4000::1'],
  ...['', 'localhost', 'acme.example', '1.1.1.1.1', '999.1.1.1'],
])('%j is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test('an address is within the ranges and addresses that are named, in whatever form it comes', () => {
  expect(isWithin('10.1.2.3', ['10.0.0.0/8'])).toBe(true);
  expect(isWithin('11.1.2.3', ['10.0.0.0/8'])).toBe(false);
  expect(isWithin('::ffff:10.1.2.3', ['10.0.0.0/8'])).toBe(true);
  expect(isWithin('fd00::5', ['fd00::/8'])).toBe(true);
  expect(isWithin('fd00::5', ['10.0.0.0/8'])).toBe(false);
  expect(isWithin('192.168.0.7', ['192.168.0.7'])).toBe(true);
  expect(isWithin('192.168.0.8', ['192.168.0.7'])).toBe(false);
  expect(isWithin('nonsense', ['0.0.0.0/0'])).toBe(false);
  expect(isWithin('1.1.1.1', [])).toBe(false);
});
