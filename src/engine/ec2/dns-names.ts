// SPDX-License-Identifier: BSD-2-Clause
/** `euca-127-110-0-1.eucalyptus.internal` inside, `euca-198-18-0-1.eucalyptus.localhost` outside. */
export const dnsName = (ip: string, domain: 'internal' | 'localhost'): string =>
  `euca-${ip.replaceAll('.', '-')}.eucalyptus.${domain}`
