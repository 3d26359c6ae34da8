// SPDX-License-Identifier: BSD-2-Clause
// Names of ciphers, as load balancers have them: OpenSSL's, of all that they ever knew, in the order of preference.

/** All that a policy may name. */
export const cipherNames: readonly string[] = `
  ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256
  ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA DHE-RSA-AES128-SHA ECDHE-ECDSA-AES256-GCM-SHA384
  ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384 ECDHE-RSA-AES256-SHA
  ECDHE-ECDSA-AES256-SHA AES128-GCM-SHA256 AES128-SHA256 AES128-SHA AES256-GCM-SHA384 AES256-SHA256 AES256-SHA
  DHE-DSS-AES128-SHA CAMELLIA128-SHA EDH-RSA-DES-CBC3-SHA DES-CBC3-SHA ECDHE-RSA-RC4-SHA RC4-SHA ECDHE-ECDSA-RC4-SHA
  DHE-DSS-AES256-GCM-SHA384 DHE-RSA-AES256-GCM-SHA384 DHE-RSA-AES256-SHA256 DHE-DSS-AES256-SHA256 DHE-RSA-AES256-SHA
  DHE-DSS-AES256-SHA DHE-RSA-CAMELLIA256-SHA DHE-DSS-CAMELLIA256-SHA CAMELLIA256-SHA EDH-DSS-DES-CBC3-SHA
  DHE-DSS-AES128-GCM-SHA256 DHE-RSA-AES128-GCM-SHA256 DHE-RSA-AES128-SHA256 DHE-DSS-AES128-SHA256
  DHE-RSA-CAMELLIA128-SHA DHE-DSS-CAMELLIA128-SHA ADH-AES128-GCM-SHA256 ADH-AES128-SHA ADH-AES128-SHA256
  ADH-AES256-GCM-SHA384 ADH-AES256-SHA ADH-AES256-SHA256 ADH-CAMELLIA128-SHA ADH-CAMELLIA256-SHA ADH-DES-CBC3-SHA
  ADH-DES-CBC-SHA ADH-RC4-MD5 ADH-SEED-SHA DES-CBC-SHA DHE-DSS-SEED-SHA DHE-RSA-SEED-SHA EDH-DSS-DES-CBC-SHA
  EDH-RSA-DES-CBC-SHA IDEA-CBC-SHA RC4-MD5 SEED-SHA DES-CBC3-MD5 DES-CBC-MD5 RC2-CBC-MD5 PSK-AES256-CBC-SHA
  PSK-3DES-EDE-CBC-SHA KRB5-DES-CBC3-SHA KRB5-DES-CBC3-MD5 PSK-AES128-CBC-SHA PSK-RC4-SHA KRB5-RC4-SHA KRB5-RC4-MD5
  KRB5-DES-CBC-SHA KRB5-DES-CBC-MD5 EXP-EDH-RSA-DES-CBC-SHA EXP-EDH-DSS-DES-CBC-SHA EXP-ADH-DES-CBC-SHA
  EXP-DES-CBC-SHA EXP-RC2-CBC-MD5 EXP-KRB5-RC2-CBC-SHA EXP-KRB5-DES-CBC-SHA EXP-KRB5-RC2-CBC-MD5
  EXP-KRB5-DES-CBC-MD5 EXP-ADH-RC4-MD5 EXP-RC4-MD5 EXP-KRB5-RC4-SHA EXP-KRB5-RC4-MD5`
  .trim()
  .split(/\s+/)

/** AES with an authenticated mode or a hash of the second family; what TLS 1.2 brought. */
const ofTls12: readonly string[] = cipherNames.slice(0, 19).filter(name => /-SHA(?:256|384)$/.test(name))

/** All with AES and without DSA and finite fields, the plain ones for TLS 1.0 and 1.1 too. */
const withAes: readonly string[] = cipherNames.slice(0, 19).filter(name => !name.startsWith('DHE-'))

const withDhe = [...withAes, 'DHE-RSA-AES128-SHA', 'DHE-DSS-AES128-SHA']
const withRc4 = [...withDhe, 'ECDHE-RSA-RC4-SHA', 'RC4-SHA']

const of2011 = `
  DHE-RSA-AES128-SHA AES128-SHA AES256-SHA DHE-DSS-AES128-SHA CAMELLIA128-SHA EDH-RSA-DES-CBC3-SHA DES-CBC3-SHA RC4-SHA
  DHE-RSA-AES256-SHA DHE-DSS-AES256-SHA DHE-RSA-CAMELLIA256-SHA DHE-DSS-CAMELLIA256-SHA CAMELLIA256-SHA
  EDH-DSS-DES-CBC3-SHA DHE-RSA-CAMELLIA128-SHA DHE-DSS-CAMELLIA128-SHA`
  .trim()
  .split(/\s+/)

interface Reference {
  readonly name: string
  readonly protocols: readonly string[]
  readonly ciphers: readonly string[]
  /** Absent: the client's. */
  readonly isServersOrder?: true
  /** Older ones name the protocol that none of them speaks. */
  readonly namesSsl2?: true
}

const tls = ['TLSv1', 'TLSv1.1', 'TLSv1.2']

/** AWS' predefined policies, as its page on them has them and its answers for those that the page has no longer. */
export const references: readonly Reference[] = [
  { name: 'ELBSecurityPolicy-2011-08', protocols: ['TLSv1', 'SSLv3'], ciphers: of2011, namesSsl2: true },
  {
    name: 'ELBSecurityPolicy-2014-01',
    protocols: [...tls, 'SSLv3'],
    ciphers: withRc4,
    isServersOrder: true,
    namesSsl2: true,
  },
  {
    name: 'ELBSecurityPolicy-2014-10',
    protocols: tls,
    ciphers: withRc4,
    isServersOrder: true,
    namesSsl2: true,
  },
  {
    name: 'ELBSecurityPolicy-2015-02',
    protocols: tls,
    ciphers: withDhe,
    isServersOrder: true,
    namesSsl2: true,
  },
  {
    name: 'ELBSecurityPolicy-2015-03',
    protocols: tls,
    ciphers: [...withDhe, 'DES-CBC3-SHA'],
    isServersOrder: true,
    namesSsl2: true,
  },
  {
    name: 'ELBSecurityPolicy-2015-05',
    protocols: tls,
    ciphers: [...withAes, 'DES-CBC3-SHA'],
    isServersOrder: true,
    namesSsl2: true,
  },
  { name: 'ELBSecurityPolicy-2016-08', protocols: tls, ciphers: withAes, isServersOrder: true },
  {
    name: 'ELBSecurityPolicy-TLS-1-1-2017-01',
    protocols: ['TLSv1.1', 'TLSv1.2'],
    ciphers: withAes,
    isServersOrder: true,
  },
  {
    name: 'ELBSecurityPolicy-TLS-1-2-2017-01',
    protocols: ['TLSv1.2'],
    ciphers: ofTls12,
    isServersOrder: true,
  },
]
